"""A folder that holds exactly the distributions a lock file names, linked from this environment.

It stands for `pip install -r LOCK`, which needs an index: what the lock does not name cannot be
imported from there, although the tests' own environment has it.
"""

import re
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

from packaging.markers import Marker

PINNED = re.compile(r"^([a-z0-9._-]+)==\S+(?: ; (.*))?$", re.MULTILINE)


def link(lock: str, folder: Path) -> None:
    """Link what each distribution of a lock file's text installs into `folder`.

    Raises:
        PackageNotFoundError: a distribution without a condition is not installed here.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in _names(lock):
        for installed in _tops(name):
            target = folder / installed.name
            if not target.is_symlink():
                target.symlink_to(installed)


def _names(lock: str) -> Iterator[str]:
    for name, condition in PINNED.findall(lock.replace(" \\", "")):
        if not condition or Marker(condition).evaluate():
            yield name


def _tops(name: str) -> Iterator[Path]:
    """The folders and modules that a distribution puts right into site-packages."""
    found = distribution(name)
    tops = {file.parts[0] for file in found.files or () if file.parts[0] != ".."}
    for top in sorted(tops - {"__pycache__"}):
        yield Path(str(found.locate_file(top)))
