"""The anchor: a copy of the ledger kept apart from the database, in a file or an object store.

A restored database has forgotten what was drawn since the backup; the anchor has not. It holds
months, hashes and times, nothing that needs to be kept secret. Keep it on another disk than the
database and never restore the two together.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from kit import aws, private_files
from kit.errors import Refused
from kit.variables import S3_SCHEME

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Entry = Mapping[str, Any]


class Anchor(Protocol):
    """Somewhere apart from the database that a line can be added to, for good."""

    def entries(self) -> list[Entry]:
        """Every row ever charged, oldest first."""
        ...

    def add(self, entry: Entry) -> None:
        """Keep one more row; returns only when it is durable."""
        ...

    def readable(self) -> list[Entry]:
        """The rows of an anchor that may be broken: those lines of it that can be read."""
        ...

    def replace(self, entries: Iterable[Entry]) -> None:
        """Hold these rows in place of all others; what was held is kept aside."""
        ...


def open_anchor(place: str) -> Anchor:
    """The anchor in a file, or in an object written `s3://BUCKET/KEY`."""
    if place.startswith(S3_SCHEME):
        bucket, _, key = place.removeprefix(S3_SCHEME).partition("/")
        return ObjectAnchor(aws.s3(), bucket, key)
    return FileAnchor(Path(place))


class FileAnchor:
    """An anchor in one file, a JSON object a line, each line synced to disk."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def entries(self) -> list[Entry]:
        return _read(self._path.read_text(), self._path) if self._path.exists() else []

    def add(self, entry: Entry) -> None:
        _append(self._path, _line(entry))

    def readable(self) -> list[Entry]:
        return _readable(self._path.read_text()) if self._path.exists() else []

    def replace(self, entries: Iterable[Entry]) -> None:
        text = "".join(map(_line, entries))
        fresh = self._path.with_name(f"{self._path.name}.new")
        fresh.unlink(missing_ok=True)
        _append(fresh, text)
        if self._path.exists():
            old = self._path.read_text()
            _append(self._path.with_name(aside(self._path.name, old)), old)
        fresh.replace(self._path)


class ObjectAnchor:
    """An anchor in one object of S3, with the same lines.

    Each write names the version it was made from (`If-Match`, or `If-None-Match: *` for the first),
    so that of two writers one is refused:
    docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    """

    def __init__(self, client: "S3Client", bucket: str, key: str) -> None:
        self._client, self._bucket, self._key = client, bucket, key

    def entries(self) -> list[Entry]:
        return _read(self._held()[0], self)

    def add(self, entry: Entry) -> None:
        text, etag = self._held()
        if len(_read(text, self)) != entry["number"] - 1:
            raise Refused(f"Another charge came first to the release anchor {self}; look again.")
        body = (text + _line(entry)).encode()
        write = partial(self._client.put_object, Bucket=self._bucket, Key=self._key, Body=body)
        try:
            if etag is None:
                write(IfNoneMatch="*")
            else:
                write(IfMatch=etag)
        except (BotoCoreError, ClientError) as error:
            raise self._unwritten(error) from None

    def readable(self) -> list[Entry]:
        return _readable(self._held()[0])

    def replace(self, entries: Iterable[Entry]) -> None:
        old, _ = self._held()
        try:
            for key, text in (
                (aside(self._key, old), old),
                (self._key, "".join(map(_line, entries))),
            ):
                self._client.put_object(Bucket=self._bucket, Key=key, Body=text.encode())
        except (BotoCoreError, ClientError) as error:
            raise self._unwritten(error) from None

    def __str__(self) -> str:
        return f"{S3_SCHEME}{self._bucket}/{self._key}"

    def _held(self) -> tuple[str, str | None]:
        """What the object holds and its version; nothing, and None, before the first charge."""
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=self._key)
            return found["Body"].read().decode(), found["ETag"]
        except (BotoCoreError, ClientError) as error:
            if _code(error) == "NoSuchKey":
                return "", None
            raise Refused(
                f"The release anchor {self} cannot be read ({_code(error)}), so nothing is drawn; "
                "check its bucket and this process's rights to it."
            ) from None

    def _unwritten(self, error: Exception) -> Refused:
        return Refused(
            f"The release anchor {self} was not written ({_code(error)}), so nothing is drawn; if "
            "the ledger and it no longer agree, run `checkin reports adopt`."
        )


def aside(name: str, held: str) -> str:
    """Where a replaced anchor's content is kept: beside it, named by what it is."""
    return f"{name}.replaced-{hashlib.sha256(held.encode()).hexdigest()[:12]}"


def _append(path: Path, text: str) -> None:
    private_files.make_file(path)
    with path.open("a") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _code(error: Exception) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else str(error)


def _line(entry: Entry) -> str:
    return json.dumps(dict(entry), sort_keys=True) + "\n"


def _read(text: str, place: object) -> list[Entry]:
    return [_entry(line, number, place) for number, line in enumerate(text.splitlines(), start=1)]


def _readable(text: str) -> list[Entry]:
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        with suppress(Refused):
            found.append(_entry(line, number, "being replaced"))
    return [entry for entry in found if isinstance(entry, dict)]


def _entry(line: str, number: int, place: object) -> Entry:
    try:
        entry: Entry = json.loads(line)
    except ValueError:
        raise Refused(
            f"Line {number} of the release anchor {place} is broken; nothing is drawn until it is "
            "put right from a copy."
        ) from None
    return entry
