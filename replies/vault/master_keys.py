"""Master keys wrap the tenants' data keys. They live outside the database that they protect.

`LocalRing` is a directory with one file per epoch. The files are read at each use, so that every
process sees a rotation at once and none goes on wrapping with a key that is about to be destroyed.
"""

import json
import os
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from datetime import datetime
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

CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode

Context = dict[str, str]
"""What a wrapped key is bound to: authenticated, not secret. KMS calls it encryption context."""


class KeyUnavailable(Refused):
    """The master key of an epoch is not there, or does not open what it should have wrapped."""


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A data key that only the master key named `master_key` can unwrap."""

    master_key: str
    sealed: bytes


class MasterKeys(Protocol):
    """Somewhere that wraps and unwraps keys of 32 bytes: a local ring, or AWS KMS."""

    @property
    def current(self) -> str:
        """The id (≤ 64 characters) of the master key that wraps new data keys."""
        ...

    def wrap(self, data_key: bytes, context: Context) -> Wrapped:
        """Wrap with the current master key, bound to `context`."""
        ...

    def unwrap(self, wrapped: Wrapped, context: Context) -> bytes:
        """The data key.

        Raises:
            KeyUnavailable: that master key is gone, or the context is another one.
        """
        ...


class LocalRing:
    """Master keys in a directory: `epoch-0001`, `epoch-0002`, …; the last one wraps."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @property
    def current(self) -> str:
        epochs = _epochs(self._directory)
        if not epochs:
            raise KeyUnavailable(
                f"There is no master key in {self._directory}; run `checkin init` to make one."
            )
        return epochs[-1]

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
        """The cipher of a master key; KeyUnavailable if it is gone or others can read it."""
        path = self._directory / epoch
        if not EPOCH.fullmatch(epoch) or not path.exists():
            raise KeyUnavailable(f"Master key {epoch} is no longer in {self._directory}.")
        if path.stat().st_mode & OTHERS:
            raise KeyUnavailable(f"{path} can be read by others; run `chmod 400 {path}`.")
        return AESGCM(_decoded(path))


def create(directory: Path) -> bool:
    """Make a ring with its first master key; leave an existing ring alone. True if it was made."""
    if _epochs(directory):
        return False
    add_epoch(directory)
    return True


def add_epoch(directory: Path) -> str:
    """Add a master key, which wraps from now on; older ones still unwrap. Returns its id."""
    private_files.make_folder(directory)
    last = int(epochs[-1].removeprefix("epoch-")) if (epochs := _epochs(directory)) else 0
    epoch = f"epoch-{last + 1:04d}"
    fresh = directory / f".{epoch}.{secrets.token_hex(4)}"
    fresh.touch(mode=0o600)
    fresh.write_bytes(urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
    fresh.chmod(OWNER_READS)
    fresh.rename(directory / epoch)
    return epoch


def replaced_before(directory: Path, moment: datetime) -> list[str]:
    """The master keys whose successor is older than `moment` (aware), oldest first.

    A key was replaced when its successor's file was written. A restored directory may carry later
    file times: then keys are destroyed later, never sooner.
    """
    return [
        older
        for older, newer in pairwise(_epochs(directory))
        if (directory / newer).stat().st_mtime < moment.timestamp()
    ]


def destroy(directory: Path, epoch: str) -> None:
    """Overwrite a master key and remove it. The newest one is never destroyed.

    A journal, a flash disk or a backup may hold older blocks: that is theirs to forget.
    """
    if epoch not in _epochs(directory)[:-1]:
        raise KeyUnavailable(f"{epoch} is not an older master key in {directory}.")
    path = directory / epoch
    path.chmod(0o600)
    with path.open("r+b") as file:
        file.write(secrets.token_bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def _epochs(directory: Path) -> list[str]:
    if not directory.exists():
        return []
    with os.scandir(directory) as entries:
        return sorted(entry.name for entry in entries if EPOCH.fullmatch(entry.name))


def _decoded(path: Path) -> bytes:
    try:
        key = urlsafe_b64decode(path.read_bytes())
    except (Base64Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyUnavailable(f"{path} is not a master key; restore it from a backup.")
    return key
