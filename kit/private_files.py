"""Files and folders that only the user who runs the process may open: they hold addresses."""

from contextlib import suppress
from pathlib import Path

EMBEDDED_FOLDER = Path("var")
OTHERS = 0o077
FOLDER_MODE = 0o700
FILE_MODE = 0o600


def make_folder(folder: Path) -> None:
    """Make a folder and what it lies in. One that was there stays as it is, but for `var/`."""
    for part in reversed((folder, *folder.parents)):
        if not part.exists():
            part.mkdir(mode=FOLDER_MODE, exist_ok=True)
    if EMBEDDED_FOLDER in (folder, *folder.parents):
        _close(EMBEDDED_FOLDER, FOLDER_MODE)


def make_file(path: Path) -> None:
    """Make an empty file, and its folder; of one that was there take others' rights away."""
    make_folder(path.parent)
    path.touch(mode=FILE_MODE)
    _close(path, FILE_MODE)


def _close(path: Path, mode: int) -> None:
    if path.stat().st_mode & OTHERS:
        with suppress(PermissionError):  # somebody else's, who decides who may open it
            path.chmod(mode)
