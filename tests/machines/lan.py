"""Machines on a small network of their own: network namespaces joined by a bridge in another one.

Nothing of this machine's own network is touched. Where namespaces cannot be made (not root, or
forbidden), machines are processes with a home, a folder and a temporary folder of their own.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos import processes
from tests.docs.pages import ROOT

SUBNET = "10.77.0"
HELD_SECONDS = "600"


@dataclass
class LanMachine:
    """Somewhere to run processes. `enter` is what a command is prefixed with to run there."""

    name: str
    host: str
    folder: Path
    enter: Sequence[str] = ()
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def run(self, command: Sequence[str], variables: Mapping[str, str]) -> None:
        """Start a command here with these variables and nothing of the caller's but the tools."""
        home = self.folder / "home"
        home.mkdir(parents=True, exist_ok=True)
        environment = {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(home)}
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [*self.enter, *command],
                cwd=self.folder,
                env={**environment, "PYTHONPATH": str(ROOT), **variables},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.started.append(process)

    def pull_the_plug(self) -> None:
        """kill -9 to everything that runs here."""
        while self.started:
            processes.end(self.started.pop())


class NoNamespaces(Exception):
    """This machine makes no network namespaces for us."""


@contextmanager
def machines(folder: Path, names: Sequence[str]) -> Iterator[list[LanMachine]]:
    """A machine for each name, the first of them the server; ended afterwards."""
    with ExitStack() as stack:
        try:
            made = _in_namespaces(folder, names, stack)
        except NoNamespaces:
            made = [LanMachine(name, "127.0.0.1", folder / name) for name in names]
        for machine in made:
            stack.callback(machine.pull_the_plug)
        yield made


def _in_namespaces(folder: Path, names: Sequence[str], stack: ExitStack) -> list[LanMachine]:
    if os.geteuid() or not all(map(shutil.which, ("ip", "nsenter", "unshare"))):
        raise NoNamespaces
    hub = _namespace(stack)
    _inside(hub, "ip link set lo up", "ip link add lan type bridge", "ip link set lan up")
    _inside(hub, f"ip address add {SUBNET}.1/24 dev lan", f"hostname {names[0]}")
    server = LanMachine(names[0], f"{SUBNET}.1", folder / names[0], _enter(hub))
    return [server, *(_joined(hub, *each, folder, stack) for each in enumerate(names[1:], 2))]


def _joined(hub: int, number: int, name: str, folder: Path, stack: ExitStack) -> LanMachine:
    """A machine with a cable to the hub's bridge."""
    here, host = _namespace(stack), f"{SUBNET}.{number}"
    _inside(hub, f"ip link add port{number} type veth peer name eth0 netns {here}")
    _inside(hub, f"ip link set port{number} master lan up")
    _inside(here, "ip link set lo up", f"ip address add {host}/24 dev eth0", "ip link set eth0 up")
    _inside(here, f"hostname {name}")
    return LanMachine(name, host, folder / name, _enter(here))


def _namespace(stack: ExitStack) -> int:
    """A process that holds a network and a host name of its own; its id."""
    holder = subprocess.Popen(["unshare", "--net", "--uts", "sleep", HELD_SECONDS])
    stack.callback(holder.wait)
    stack.callback(holder.kill)
    own = _network_of(os.getpid())
    try:
        processes.wait_until(lambda: _network_of(holder.pid) != own, "a namespace", seconds=60)
    except (processes.NotInTime, OSError):
        raise NoNamespaces from None
    return holder.pid


def _network_of(pid: int) -> str:
    return str(Path(f"/proc/{pid}/ns/net").readlink())


def _enter(pid: int) -> list[str]:
    return ["nsenter", "--target", str(pid), "--net", "--uts"]


def _inside(pid: int, *commands: str) -> None:
    for command in commands:
        done = subprocess.run([*_enter(pid), *command.split()], capture_output=True)
        if done.returncode:
            raise NoNamespaces
