"""The files that Docker would send to the builder: the tree but what the ignore file leaves out.

Patterns are read as Docker documents them (“.dockerignore file”): the last one that matches a file
or one of its folders decides; `!` takes a file back in; `**` stands for any number of folders.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from tests.deploy.sides import DEPLOY

ROOT = DEPLOY.parent
IGNORE = DEPLOY / "Dockerfile.dockerignore"


def files(ignore: str) -> Iterator[PurePosixPath]:
    """The files that a build with these patterns gets, relative to the tree."""
    patterns = [line for line in ignore.splitlines() if line and not line.startswith("#")]
    for file in _tree():
        if not _is_left_out(file, patterns):
            yield file


def copy_to(folder: Path) -> int:
    """Copy the context into a folder; returns its size in bytes."""
    size = 0
    for file in files(IGNORE.read_text()):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, folder / file)
        size += (folder / file).stat().st_size
    return size


def _tree() -> Iterator[PurePosixPath]:
    for top in ROOT.iterdir():
        if top.name.startswith("."):
            continue
        for path in [top, *top.rglob("*")] if top.name != "var" else []:
            if path.is_file():
                yield PurePosixPath(path.relative_to(ROOT))


def _is_left_out(file: PurePosixPath, patterns: list[str]) -> bool:
    out = False
    for pattern in patterns:
        if any(_matches(part, pattern.removeprefix("!")) for part in (file, *file.parents)):
            out = not pattern.startswith("!")
    return out


def _matches(path: PurePosixPath, pattern: str) -> bool:
    parts = [_as_expression(part) for part in pattern.split("/")]
    expression = "/".join(parts).replace("DEPTHS/", "(?:[^/]+/)*")
    return re.fullmatch(expression, str(path)) is not None


def _as_expression(part: str) -> str:
    return "DEPTHS" if part == "**" else re.escape(part).replace(r"\*", "[^/]*")
