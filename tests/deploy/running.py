"""Run processes with an environment of their own and nothing else, and look at what they wrote."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.chaos import processes
from tests.chaos.processes import ROOT

SECONDS_MAX = 240.0
"""More than any of these takes on a busy machine."""
NOBODY = 10001
LINES_SHOWN = 12
AT_FAULT = re.compile(
    r"Traceback \(|NOPERM|NoPermission|has no permissions|\"level\": \"(?:error|critical)\""
)


@dataclass(frozen=True)
class Process:
    """What is started, as whom, and the whole of its environment."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    owner: int = 0
    health: tuple[str, ...] = ()


class Failed(Exception):
    """A command ended otherwise than it should."""


@dataclass
class Runner:
    """Everything that a test started, with a log each in one folder."""

    logs: Path
    started: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, process: Process) -> None:
        with (self.logs / f"{process.name}.log").open("ab") as log:
            self.started[process.name] = subprocess.Popen(
                as_owner(process.owner, process.command),
                cwd=ROOT,
                env=dict(process.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def stop(self, names: Sequence[str]) -> None:
        """Ask them to end, as systemd and Docker do, and wait until they have."""
        leaving = [self.started.pop(name) for name in names if name in self.started]
        for process in leaving:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        for process in leaving:
            with suppress(subprocess.TimeoutExpired):
                process.wait(SECONDS_MAX)
            processes.end(process)

    def down(self) -> list[str]:
        """Which of those that were started ended by themselves."""
        return [name for name, each in self.started.items() if each.poll() is not None]

    def show_ends(self) -> None:
        """Print how each log ends; pytest shows it where a test fails."""
        for log in sorted(self.logs.iterdir()):
            lines = log.read_text(errors="replace").splitlines()
            print(f"{log.name}: {len(lines)} lines", *lines[-LINES_SHOWN:], sep="\n  ")
        print("faults:", *self.faults()[:LINES_SHOWN], sep="\n  ")

    def faults(self) -> list[str]:
        """Each line of a log that nobody should ever see."""
        return [
            f"{log.name}: {line}"
            for log in sorted(self.logs.iterdir())
            for line in log.read_text(errors="replace").splitlines()
            if AT_FAULT.search(line)
        ]


@contextmanager
def runner(logs: Path) -> Iterator[Runner]:
    """Somebody to start processes, who ends them all."""
    logs.mkdir()
    made = Runner(logs)
    try:
        yield made
    finally:
        made.stop(list(made.started))
        made.show_ends()


def run(process: Process, *words: str) -> str:
    """Run a command to its end; returns what it printed.

    Raises:
        Failed: with what it said, if it did not end with 0.
    """
    done = subprocess.run(
        as_owner(process.owner, [*process.command, *words]),
        cwd=ROOT,
        env=dict(process.environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
    )
    if done.returncode:
        raise Failed(f"{process.name} {words}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def as_owner(owner: int, command: Sequence[str]) -> list[str]:
    """The command as run by a user who need not be on this machine; see `has_users`."""
    if not (owner and has_users()):
        return list(command)
    return ["setpriv", *_identity(owner), "--", *command]


@cache
def has_users() -> bool:
    """Whether processes run as users of their own: root starts them, and they reach this Python."""
    if os.geteuid() or not shutil.which("setpriv"):
        return False
    probe = [sys.executable, "-c", "import sys, kit; print(sys.version)"]
    found = subprocess.run(
        ["setpriv", *_identity(NOBODY), "--", *probe], cwd=ROOT, capture_output=True, text=True
    )
    return found.stdout.strip() == sys.version


def _identity(owner: int) -> list[str]:
    return ["--reuid", str(owner), "--regid", str(owner), "--clear-groups"]
