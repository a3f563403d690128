"""A ring of signing keys in a file, one a line: the last one signs, all verify."""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from pathlib import Path

from kit import private_files
from kit.errors import BadInput, Problem, Refused

KEY_BYTES = 32


class Ring:
    """The keys in a file, read again when it is replaced, so that running servers follow a
    rotation.

    Raises what `load` raises, at once if the file does not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._keys = load(path)
        self._seen = self._version()

    def current(self) -> tuple[bytes, ...]:
        """The current keys, oldest first."""
        if (version := self._version()) != self._seen:
            self._keys, self._seen = load(self._path), version
        return self._keys

    def _version(self) -> tuple[int, int]:
        status = self._path.stat()
        return status.st_ino, status.st_mtime_ns


def load(path: Path) -> tuple[bytes, ...]:
    """Read a ring's keys, oldest first.

    Raises:
        Refused: the file does not exist.
        BadInput: a line, which is named, is not a key.
    """
    if not path.exists():
        raise Refused(f"There is no key file at {path}; run `checkin init` to make one.")
    lines = path.read_text().split()
    keys = tuple(_key(line, f"{path}, line {number}") for number, line in enumerate(lines, start=1))
    if not keys:
        raise BadInput([Problem(str(path), "holds no key; restore it from a backup")])
    return keys


def create(path: Path) -> bool:
    """Create a ring with one new key; returns False if the file exists already."""
    if path.exists():
        return False
    private_files.make_folder(path.parent)
    with private_files.hold_lock(_lock(path)):
        if path.exists():
            return False
        _write(path, (secrets.token_bytes(KEY_BYTES),))
        return True


def rotate(path: Path, *, keep: int) -> int:
    """Add a signing key and keep the `keep` newest of the others; returns the number of keys.

    One process at a time; after a power cut the file is the older one or the newer one.
    """
    load(path)
    with private_files.hold_lock(_lock(path)):
        older = load(path)
        ring = (*older[max(0, len(older) - keep) :], secrets.token_bytes(KEY_BYTES))
        _write(path, ring)
    return len(ring)


def _key(line: str, where: str) -> bytes:
    try:
        key = urlsafe_b64decode(line)
    except (Base64Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise BadInput([Problem(where, f"is not a key of {KEY_BYTES} bytes in base64")])
    return key


def _lock(path: Path) -> Path:
    return path.with_name(f".{path.name}.lock")


def _write(path: Path, keys: tuple[bytes, ...]) -> None:
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    content = "".join(urlsafe_b64encode(key).decode() + "\n" for key in keys)
    private_files.write_for_good(fresh, content.encode(), mode=0o400)
    fresh.replace(path)
    private_files.flush(path.parent)
