"""Files and folders that only the process's own user can open, because they hold addresses."""

from contextlib import suppress
from pathlib import Path

EMBEDDED_FOLDER = Path("var")
OTHERS = 0o077
FOLDER_MODE = 0o700
FILE_MODE = 0o600


def make_folder(folder: Path) -> None:
    """Create a folder and its parents. An existing one keeps its permissions, except `var/`."""
    for part in reversed((folder, *folder.parents)):
        if not part.exists():
            part.mkdir(mode=FOLDER_MODE, exist_ok=True)
    if EMBEDDED_FOLDER in (folder, *folder.parents):
        _close(EMBEDDED_FOLDER, FOLDER_MODE)


def make_file(path: Path) -> None:
    """Create an empty file and its folder; remove other users' rights from an existing file."""
    make_folder(path.parent)
    path.touch(mode=FILE_MODE)
    _close(path, FILE_MODE)


def _close(path: Path, mode: int) -> None:
    if path.stat().st_mode & OTHERS:
        with suppress(PermissionError):  # somebody else's, who decides who may open it
            path.chmod(mode)
