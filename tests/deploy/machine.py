"""The machine that both sides are deployed to: a folder in the place of `/`, and free ports."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from kit.ports import free_port
from tests.chaos import cluster
from tests.deploy.running import Process, has_users, run
from tests.deploy.sides import DEPLOY

SIDES = ("campaign", "platform")
SYSTEM = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
"""The environment of whoever administers the machine."""


@dataclass(frozen=True)
class Machine:
    """`folder` stands for `/`; `stand_in` is what the operator writes to reach no real AWS."""

    folder: Path
    ports: Mapping[str, int]
    stand_in: Mapping[str, str]

    @property
    def credentials(self) -> Path:
        return self.folder / "etc" / "checkin"

    def at(self, name: str) -> str:
        return f"127.0.0.1:{self.ports[name]}"

    def url(self, name: str) -> str:
        return f"http://{self.at(name)}"

    def draw_credentials(self) -> None:
        """What the documents say, with this machine's ports."""
        places = [
            f"--{each}={self.at(each)}" for each in ("campaign-database", "platform-database")
        ]
        program = str(DEPLOY / "credentials.py")
        words = [
            sys.executable,
            program,
            str(self.credentials),
            *places,
            f"--redis={self.at('redis')}",
        ]
        run(Process("credentials", tuple(words), SYSTEM))

    def settings(self, side: str) -> str:
        """The shipped settings, as an operator edits them for this machine."""
        lines = [f"{name}={value}\n" for name, value in self.stand_in.items()]
        return (DEPLOY / "settings" / f"{side}.env").read_text() + "".join(lines)

    def superuser(self, side: str) -> str:
        """The URL of a side's PostgreSQL server for whoever runs it."""
        password = (self.credentials / side / "superuser.password").read_text()
        return f"postgresql://postgres:{password}@{self.at(f'{side}-database')}"

    def environment(self, process: str) -> dict[str, str]:
        """The variables that `credentials.py` wrote for `SIDE/PROCESS`."""
        text = (self.credentials / f"{process}.env").read_text()
        return dict(line.split("=", 1) for line in text.splitlines())

    def redis(self) -> Process:
        """Redis with the shipped configuration and users."""
        folder = self.credentials / "redis"
        words = ["redis-server", str(DEPLOY / "redis" / "redis.conf"), "--bind", "127.0.0.1"]
        words += ["--port", str(self.ports["redis"]), "--dir", str(folder)]
        return Process("redis", (*words, "--aclfile", str(folder / "users.acl")), SYSTEM)

    @contextmanager
    def servers(self) -> Iterator[None]:
        """A PostgreSQL server a side, which asks for passwords."""
        with ExitStack() as stack:
            for side in SIDES:
                password = (self.credentials / side / "superuser.password").read_text()
                port = self.ports[f"{side}-database"]
                stack.enter_context(cluster.running(port=port, password=password))
            yield


@contextmanager
def machine(stand_in: Mapping[str, str]) -> Iterator[Machine]:
    """A machine whose folder everybody may enter, as `/`."""
    folder = Path(tempfile.mkdtemp(prefix="checkin-machine-"))
    folder.chmod(0o711)
    names = ("campaign-database", "platform-database", "redis", "console", "portal")
    try:
        yield Machine(folder, {name: free_port() for name in names}, stand_in)
    finally:
        shutil.rmtree(folder)


def own(place: Path, owner: int) -> None:
    """Give a file or a folder, which is made, to a user where users have processes of their own."""
    if not place.exists():
        place.mkdir(parents=True)
    if has_users():
        for each in (place, *place.rglob("*")):
            os.chown(each, owner, owner)
