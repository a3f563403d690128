"""Carry out a Dockerfile's steps in a folder that stands for the image's root.

COPY and RUN are done in order, `/app` being a folder below `root`. Three kinds of step cannot be
done without an index or without changing this machine; `REPLACED` lists them.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.deploy.sides import DEPLOY
from tests.packaging import context, locked

INSTALLS_LOCK = re.compile(r"--require-hashes --no-deps (?:--target (\S+) )?-r (\S+)$")
REPLACED = {
    "pip install --require-hashes -r LOCK": "links to this environment's copies of what LOCK names",
    "useradd, install -o checkin": "left out: they change the machine's users and /etc",
    "FROM python": "this environment's Python",
}


class BuiltImage:
    """The root folder of the stage that is being built, and those of the stages before it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self._stages = folder / "stages"
        self._context = folder / "context"
        self._stage = ""
        self.context_bytes = context.copy_to(self._context)

    @property
    def app(self) -> Path:
        return self.root / "app"

    def build(self, dockerfile: str) -> None:
        """Carry out every step; the last stage is what `root` holds in the end."""
        for keyword, rest in _steps(dockerfile):
            if keyword == "FROM":
                self._begin(rest)
            elif keyword == "COPY":
                self._copy(rest)
            elif keyword == "RUN":
                self._run(rest)

    def _begin(self, rest: str) -> None:
        if self.root.exists():
            self._stages.mkdir(exist_ok=True)
            self.root.rename(self._stages / self._stage)
        self.app.mkdir(parents=True)
        self._stage = rest.partition(" AS ")[2]

    def _copy(self, rest: str) -> None:
        *sources, target = rest.split()
        origin = self._context
        if sources[0].startswith("--from="):
            origin = self._stages / sources.pop(0).removeprefix("--from=")
        to = self._place(target)
        for source in sources:
            found = origin / source.lstrip("/")
            if found.is_dir():
                shutil.copytree(found, to, symlinks=True, dirs_exist_ok=True)
            else:
                to.mkdir(parents=True, exist_ok=True)
                shutil.copy(found, to)

    def _run(self, command: str) -> None:
        if command.startswith("useradd "):
            return
        if installs := INSTALLS_LOCK.search(command):
            target, lock = installs.groups()
            self._link((self.app / lock).read_text(), self.app / target if target else None)
            return
        command = command.replace("/app/", f"{self.app}/")
        done = subprocess.run(
            ["bash", "-euc", command],
            cwd=self.app,
            env={"PATH": os.environ["PATH"], "PIP_NO_INDEX": "1", "HOME": str(self.root)},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise AssertionError(f"{command}\n{done.stdout}{done.stderr}")

    def _link(self, lock: str, target: Path | None) -> None:
        """Into a folder of its own, which a venv is led to by a .pth file."""
        folder = target or self.app / ".venv" / "locked"
        locked.link(lock, folder)
        if target is None:
            site = next((self.app / ".venv" / "lib").glob("python3*/site-packages"))
            (site / "locked.pth").write_text(f"{folder}\n")

    def _place(self, target: str) -> Path:
        return self.root / target.lstrip("/") if target.startswith("/") else self.app / target


def _steps(dockerfile: str) -> Iterator[tuple[str, str]]:
    joined = re.sub(r"\s*\\\n\s*", " ", dockerfile)
    for line in joined.splitlines():
        if line and not line.startswith("#"):
            keyword, _, rest = line.partition(" ")
            yield keyword, rest.strip()


def built(folder: Path) -> BuiltImage:
    """The image that the shipped Dockerfile makes of the context the ignore file leaves."""
    image = BuiltImage(folder)
    image.build((DEPLOY / "Dockerfile").read_text())
    return image
