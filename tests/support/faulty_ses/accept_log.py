"""The accept log: a JSON line for every accepted recipient, written before SES answers.

From it alone a checker can find everybody who was mailed twice or not at all.
"""

import json
import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from sandbox.mail import AcceptedMail

_quoted = json.encoder.encode_basestring_ascii


@dataclass(frozen=True, slots=True)
class Accepted:
    """One line: `at` in UTC; `monotonic` when the rate took it, on the stand-in's own clock."""

    at: datetime
    monotonic: float
    address: str
    message_id: str
    outcome: str
    tags: dict[str, list[str]]

    def tag(self, name: str) -> str | None:
        """The first value of a tag, such as `campaign`, `delivery` or `attempt`."""
        values = self.tags.get(name)
        return values[0] if values else None


class AcceptLog:
    """Appends to a file; with `fsync`, each append is on disk when it returns."""

    def __init__(self, path: Path, *, fsync: bool = False) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        _drop_torn_end(path)
        self.path = path
        self._fsync = fsync
        self._lock = threading.Lock()
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def append(self, mails: Sequence[AcceptedMail]) -> None:
        """Write a line for each recipient, in a single write."""
        if not mails:
            return
        lines = "".join(_line(mail, address) for mail in mails for address in mail.recipients)
        with self._lock:
            os.write(self._file, lines.encode())
            if self._fsync:
                os.fsync(self._file)

    def close(self) -> None:
        os.close(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def _drop_torn_end(path: Path) -> None:
    if path.exists():
        content = path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if whole != content:
            os.truncate(path, len(whole))


def _line(mail: AcceptedMail, address: str) -> str:
    return (
        f'{{"at": "{mail.accepted_at.isoformat()}", "monotonic": {mail.granted_at:.6f}, '
        f'"address": {_quoted(address)}, "message_id": "{mail.message_id}", '
        f'"outcome": "{mail.outcome}", "tags": {json.dumps(mail.tags)}}}\n'
    )


def read(path: Path) -> Iterator[Accepted]:
    """Read a log; a last line cut short by a kill is skipped, because no answer followed it."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.endswith("\n"):
                fields = json.loads(line)
                yield Accepted(**fields | {"at": datetime.fromisoformat(fields["at"])})
