"""Files and folders that only the process's own user can open: they hold addresses or keys."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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


def write_for_good(path: Path, content: bytes, *, mode: int) -> None:
    """Make a file that outlives a power cut: bytes and name are on the disk, and read back.

    Raises:
        FileExistsError: there is a file of that name.
        OSError: what was read back is not what was written.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())
    if path.read_bytes() != content:
        raise OSError(f"{path} does not hold what was written to it; check the disk.")
    flush(path.parent)


def flush(folder: Path) -> None:
    """Flush a folder to the disk, so that its files' names survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def hold_lock(lock: Path) -> Iterator[None]:
    """Hold a lock file; other processes wait for it. The lock ends with the process."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _close(path: Path, mode: int) -> None:
    if path.stat().st_mode & OTHERS:
        with suppress(PermissionError):  # somebody else's, who decides who may open it
            path.chmod(mode)
