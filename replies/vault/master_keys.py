"""Master keys wrap the tenants' data keys. They live outside the database that they protect.

`LocalRing` is a directory with one file per epoch. The files are read at each use, so that every
process sees a rotation at once and none goes on wrapping with a key that is about to be destroyed.

A key is on the disk, under a second name, before anybody sees it under its own. So a power cut
never takes a key that something was wrapped with; the next rotation finishes what one left behind.
"""

import json
import os
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kit import private_files
from kit.errors import Refused

KEY_BYTES = 32
NONCE_BYTES = 12
OWNER_READS = 0o400
OTHERS = 0o077
EPOCH = re.compile(r"epoch-[0-9]{4}")
LOCK, NEW, GONE = ".lock", ".new", ".gone"

CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode

Context = dict[str, str]
"""The context that a wrapped key is bound to (KMS's encryption context); not secret."""


class KeyUnavailable(Refused):
    """An epoch's master key is missing, or does not unwrap what it should have wrapped."""


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A data key wrapped by the master key named `master_key`."""

    master_key: str
    sealed: bytes


class MasterKeys(Protocol):
    """Wraps and unwraps keys of 32 bytes: a local ring, or AWS KMS."""

    @property
    def current(self) -> str:
        """The id (≤ 64 characters) of the master key that wraps new data keys."""
        ...

    @property
    def made_at(self) -> datetime:
        """When the current master key was made (aware)."""
        ...

    def wrap(self, data_key: bytes, context: Context) -> Wrapped:
        """Wrap with the current master key, bound to `context`."""
        ...

    def unwrap(self, wrapped: Wrapped, context: Context) -> bytes:
        """Return the data key.

        Raises:
            KeyUnavailable: the master key is missing, or the context differs.
        """
        ...


class LocalRing:
    """Master keys in a directory: `epoch-0001`, `epoch-0002`, …; the last whole one wraps.

    A file that a power cut left empty or cut wraps nothing; `broken` names it.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @property
    def current(self) -> str:
        epochs = _epochs(self.directory)
        if not epochs:
            raise KeyUnavailable(
                f"There is no master key in {self.directory}; run `checkin init` to make one."
            )
        return next(filter(self._is_whole, reversed(epochs)), epochs[-1])

    @property
    def made_at(self) -> datetime:
        return datetime.fromtimestamp((self.directory / self.current).stat().st_mtime, UTC)

    def broken(self) -> list[str]:
        """The master keys whose files do not hold a key, oldest first."""
        return [epoch for epoch in _epochs(self.directory) if not self._is_whole(epoch)]

    def wrap(self, data_key: bytes, context: Context) -> Wrapped:
        epoch = self.current
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self.cipher(epoch).encrypt(nonce, data_key, CANONICAL(context).encode())
        return Wrapped(epoch, nonce + sealed)

    def unwrap(self, wrapped: Wrapped, context: Context) -> bytes:
        nonce, sealed = wrapped.sealed[:NONCE_BYTES], wrapped.sealed[NONCE_BYTES:]
        try:
            cipher = self.cipher(wrapped.master_key)
            return cipher.decrypt(nonce, sealed, CANONICAL(context).encode())
        except InvalidTag:
            raise KeyUnavailable(
                f"Master key {wrapped.master_key} does not open this data key;"
                " restore the key directory that belongs to this database."
            ) from None

    def cipher(self, epoch: str) -> AESGCM:
        """Return a master key's cipher; KeyUnavailable if it is missing or readable by others."""
        found = [path for path in _names(self.directory, epoch) if path.exists()]
        if not EPOCH.fullmatch(epoch) or not found:
            raise KeyUnavailable(f"Master key {epoch} is no longer in {self.directory}.")
        if found[0].stat().st_mode & OTHERS:
            raise KeyUnavailable(f"{found[0]} can be read by others; run `chmod 400 {found[0]}`.")
        return AESGCM(_decoded(found[0]))

    def _is_whole(self, epoch: str) -> bool:
        return _is_key(self.directory / epoch)


def create(directory: Path) -> bool:
    """Create a ring with its first master key; returns False if there is one already."""
    if _epochs(directory):
        return False
    private_files.make_folder(directory)
    private_files.flush(directory.parent)
    with private_files.hold_lock(directory / LOCK):
        if _epochs(directory):
            return False
        _add(directory)
    return True


def add_epoch(directory: Path) -> str:
    """Add a master key, which wraps from now on; older ones still unwrap. Returns its id.

    One process at a time. Interrupted anywhere, it is finished or begun anew by the next one.
    """
    with private_files.hold_lock(directory / LOCK):
        return _finish(directory) or _add(directory)


def is_interrupted(directory: Path) -> bool:
    """Whether a master key was being added or destroyed when its process ended."""
    return any(directory.glob(".epoch-*"))


def finish(directory: Path) -> None:
    """Finish what was interrupted, if anything was."""
    if is_interrupted(directory):
        with private_files.hold_lock(directory / LOCK):
            _finish(directory)


def _finish(directory: Path) -> str | None:
    """Returns the id of a master key that was being added, if its file was whole."""
    added = None
    for left in sorted(directory.glob(".epoch-*")):
        epoch = left.stem.removeprefix(".")
        is_new = left.suffix == NEW
        if is_new and not (directory / epoch).exists() and _is_key(left):
            _give_its_name(directory, epoch)
            added = epoch
        elif is_new:
            left.unlink()
        else:
            _wipe(left)
    return added


def _add(directory: Path) -> str:
    last = int(epochs[-1].removeprefix("epoch-")) if (epochs := _epochs(directory)) else 0
    epoch = f"epoch-{last + 1:04d}"
    _, hidden = _names(directory, epoch)
    key = urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n"
    private_files.write_for_good(hidden, key, mode=OWNER_READS)
    _give_its_name(directory, epoch)
    return epoch


def _give_its_name(directory: Path, epoch: str) -> None:
    """Give the key its own name, from when it wraps; remove the temporary name once that is on the
    disk."""
    seen, hidden = _names(directory, epoch)
    os.link(hidden, seen)
    private_files.flush(directory)
    hidden.unlink()


def replaced_before(directory: Path, moment: datetime) -> list[str]:
    """The master keys whose successor is older than `moment` (aware), oldest first.

    A key was replaced when its successor's file was written; a broken file replaces no key. A
    restored directory may carry later file times: then keys are destroyed later, never sooner.
    """
    return [
        older
        for older, newer in pairwise(_whole(directory))
        if (directory / newer).stat().st_mtime < moment.timestamp()
    ]


def destroy(directory: Path, epoch: str) -> None:
    """Overwrite a master key and remove it. The newest whole one is never destroyed.

    A journal, a flash disk or a backup may still hold the old blocks.
    """
    with private_files.hold_lock(directory / LOCK):
        if epoch not in _whole(directory)[:-1]:
            raise KeyUnavailable(f"{epoch} is not an older master key in {directory}.")
        _wipe((directory / epoch).rename(directory / f".{epoch}{GONE}"))


def _wipe(path: Path) -> None:
    path.chmod(0o600)
    with path.open("r+b") as file:
        file.write(secrets.token_bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    private_files.flush(path.parent)


def _names(directory: Path, epoch: str) -> tuple[Path, Path]:
    """A master key's own name, and the one it has until that is on the disk."""
    return directory / epoch, directory / f".{epoch}{NEW}"


def _whole(directory: Path) -> list[str]:
    return [epoch for epoch in _epochs(directory) if _is_key(directory / epoch)]


def _epochs(directory: Path) -> list[str]:
    if not directory.exists():
        return []
    with os.scandir(directory) as entries:
        return sorted(entry.name for entry in entries if EPOCH.fullmatch(entry.name))


def _is_key(path: Path) -> bool:
    try:
        _decoded(path)
    except KeyUnavailable:
        return False
    return True


def _decoded(path: Path) -> bytes:
    try:
        key = urlsafe_b64decode(path.read_bytes())
    except (Base64Error, ValueError, OSError):
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyUnavailable(f"{path} is not a master key; restore it from a backup.")
    return key
