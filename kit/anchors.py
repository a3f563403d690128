"""A text kept apart from a database, which tells that the database was restored from a backup.

It lies in a file or in an object store, and is replaced as a whole, and only by whoever read it as
it is. Keep it on another disk than the database and never restore the two together. Nothing in it
needs to be kept secret.
"""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from kit import aws, private_files
from kit.errors import Refused
from kit.variables import S3_SCHEME

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

TRIES = 5
MOVED = {"PreconditionFailed", "ConditionalRequestConflict"}


class Held(NamedTuple):
    """What an anchor holds, and the version that it is; no version before anything was written."""

    text: str = ""
    version: str | None = None


class AnchorMoved(Refused):
    """Somebody else wrote to the anchor after it was read; nothing was written."""


class Anchor(Protocol):
    """One text in one place.

    Raises:
        Refused: the place cannot be read or written; the sentence names it.
    """

    def read(self) -> Held:
        """What is held now."""
        ...

    def write(self, text: str, *, over: Held) -> None:
        """Hold `text` in place of what was read; returns only when it is durable.

        Raises:
            AnchorMoved: something else is held by now.
        """
        ...

    def beside(self, name: str) -> "Anchor":
        """Another anchor in the same folder or under the same prefix."""
        ...


def open_anchor(place: str) -> Anchor:
    """The anchor in a file, or in an object written `s3://BUCKET/KEY`."""
    if place.startswith(S3_SCHEME):
        bucket, _, key = place.removeprefix(S3_SCHEME).partition("/")
        return ObjectAnchor(aws.s3(), bucket, key)
    return FileAnchor(Path(place))


def update(anchor: Anchor, change: Callable[[str], str]) -> None:
    """Have `change` make the next text of the present one, again if another writer came first."""
    for _ in range(TRIES):
        held = anchor.read()
        text = change(held.text)
        if text == held.text:
            return None
        try:
            return anchor.write(text, over=held)
        except AnchorMoved:
            continue
    raise AnchorMoved(f"Others keep writing to the anchor {anchor}; try again.")


def replaced(text: str) -> str:
    """The end of the name under which a replaced text is kept: what it is, not when."""
    return f"replaced-{_digest(text)[:12]}"


class FileAnchor:
    """An anchor in one file, for the processes of one machine."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Held:
        try:
            text = self._path.read_text(errors="replace")
        except FileNotFoundError:
            return Held()
        return Held(text, _digest(text))

    def write(self, text: str, *, over: Held) -> None:
        with self._alone():
            if self.read().version != over.version:
                raise _overtaken(self)
            fresh = self._path.with_name(f"{self._path.name}.new")
            private_files.make_file(fresh)
            with fresh.open("w") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)

    def beside(self, name: str) -> "FileAnchor":
        return FileAnchor(self._path.with_name(name))

    def __str__(self) -> str:
        return str(self._path)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time compares and writes; at the end the folder knows the new file."""
        private_files.make_folder(self._path.parent)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
            os.fsync(folder)
        finally:
            os.close(folder)


class ObjectAnchor:
    """An anchor in one object of S3, for many machines.

    Each write names the version it was made from (`If-Match`, or `If-None-Match: *` for the first):
    docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    """

    def __init__(self, client: "S3Client", bucket: str, key: str) -> None:
        self._client, self._bucket, self._key = client, bucket, key

    def read(self) -> Held:
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=self._key)
            return Held(found["Body"].read().decode(errors="replace"), found["ETag"])
        except (BotoCoreError, ClientError) as error:
            if _code(error) == "NoSuchKey":
                return Held()
            raise self._refused("cannot be read", error) from None

    def write(self, text: str, *, over: Held) -> None:
        put = partial(self._client.put_object, Bucket=self._bucket, Key=self._key)
        body = text.encode()
        try:
            if over.version is None:
                put(Body=body, IfNoneMatch="*")
            else:
                put(Body=body, IfMatch=over.version)
        except (BotoCoreError, ClientError) as error:
            if _code(error) in MOVED:
                raise _overtaken(self) from None
            raise self._refused("was not written", error) from None

    def beside(self, name: str) -> "ObjectAnchor":
        key = str(PurePosixPath(self._key).with_name(name))
        return ObjectAnchor(self._client, self._bucket, key)

    def __str__(self) -> str:
        return f"{S3_SCHEME}{self._bucket}/{self._key}"

    def _refused(self, what: str, error: Exception) -> Refused:
        return Refused(
            f"The anchor {self} {what} ({_code(error)}); check its bucket and this process's "
            "rights to it."
        )


def _overtaken(anchor: object) -> AnchorMoved:
    return AnchorMoved(f"Somebody else wrote to the anchor {anchor} meanwhile; look again.")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _code(error: Exception) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else str(error)
