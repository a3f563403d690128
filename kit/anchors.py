"""A small text stored outside the database, to detect a database restored from a backup.

It is a file or an S3 object. A write replaces the whole text, and fails if the text has changed
since it was read. Store it on another disk than the database and never restore the two together.
It holds nothing secret.
"""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

from botocore.exceptions import BotoCoreError, ClientError
from redis import Redis
from redis.exceptions import RedisError

from kit import aws, private_files
from kit.errors import Refused
from kit.variables import S3_SCHEME

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

TRIES = 5
MOVED = {"PreconditionFailed", "ConditionalRequestConflict"}


class Held(NamedTuple):
    """An anchor's text and its version; the version is None if nothing was written yet."""

    text: str = ""
    version: str | None = None


class AnchorMoved(Refused):
    """The anchor changed after it was read; nothing was written."""


class Anchor(Protocol):
    """One text in one place.

    Raises:
        Refused: the place cannot be read or written; the sentence names it.
    """

    def read(self) -> Held:
        """Return the current text and its version."""
        ...

    def write(self, text: str, *, over: Held) -> None:
        """Replace `over`, as it was read, with `text`; returns once it is durable.

        Raises:
            AnchorMoved: the anchor has changed since `over` was read.
        """
        ...

    def beside(self, name: str) -> "Anchor":
        """Return another anchor in the same folder or under the same prefix."""
        ...


def open_anchor(place: str) -> Anchor:
    """Return the anchor at a file path or at `s3://BUCKET/KEY`."""
    if place.startswith(S3_SCHEME):
        bucket, _, key = place.removeprefix(S3_SCHEME).partition("/")
        return ObjectAnchor(aws.s3(), bucket, key)
    return FileAnchor(Path(place))


def update(anchor: Anchor, change: Callable[[str], str]) -> None:
    """Write what `change` makes of the current text; retry if another process wrote first."""
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
    """Return the suffix of the name that a replaced text is saved under: a hash of the text."""
    return f"replaced-{_digest(text)[:12]}"


class FileAnchor:
    """An anchor in a file, for processes on one machine."""

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
        """Lock the folder for a compare and write, and fsync it afterwards."""
        private_files.make_folder(self._path.parent)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
            os.fsync(folder)
        finally:
            os.close(folder)


class ObjectAnchor:
    """An anchor in an S3 object, for many machines.

    Writes are conditional on the version read (`If-Match`, or `If-None-Match: *` for the first):
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


REPLACE = """
local held = redis.call('GET', KEYS[1])
if (held or '') ~= ARGV[2] or (held and 1 or 0) ~= tonumber(ARGV[3]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
return 1
"""


class RedisAnchor:
    """An anchor under one key of Redis, for many writers a second. Its version is the text itself.

    It is as durable as Redis is set up to be.
    """

    def __init__(self, redis: Redis, key: str) -> None:
        self._redis, self._key = redis, key
        self._replace = redis.register_script(REPLACE)

    def read(self) -> Held:
        try:
            found = cast("bytes | None", self._redis.get(self._key))
        except RedisError as error:
            raise self._refused("read", error) from None
        if found is None:
            return Held()
        text = found.decode(errors="replace")
        return Held(text, text)

    def write(self, text: str, *, over: Held) -> None:
        was_there = over.version is not None
        try:
            is_written = self._replace([self._key], [text, over.text, int(was_there)])
        except RedisError as error:
            raise self._refused("written", error) from None
        if not is_written:
            raise _overtaken(self)

    def beside(self, name: str) -> "RedisAnchor":
        before, colon, _ = self._key.rpartition(":")
        return RedisAnchor(self._redis, f"{before}{colon}{name}")

    def __str__(self) -> str:
        return f"{self._key} in Redis"

    def _refused(self, what: str, error: RedisError) -> Refused:
        return Refused(f"The anchor {self} cannot be {what} ({type(error).__name__}).")


def _overtaken(anchor: object) -> AnchorMoved:
    return AnchorMoved(f"Somebody else wrote to the anchor {anchor} meanwhile; look again.")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _code(error: Exception) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else str(error)
