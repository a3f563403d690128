"""Parse SES's notification of a received email: its envelope and its headers, never its body. Pure.

Shapes: "Contents of notifications for Amazon SES email receiving" in the SES developer guide. A
notification of an S3 action carries no content. SES cuts the headers off at 10 KB and says so.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MALFORMED = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
VERDICTS = ("spam", "virus", "spf", "dkim", "dmarc")


class NotReceived(Exception):
    """The queue message is not a notification of a received email."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """Where SES stored the email itself, which nobody here may read."""

    bucket: str
    key: str


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """What is known of one email. `source` is the envelope's sender, empty for a null sender.

    `headers` are (lower-case name, value) pairs in their order; `verdicts` are SES's own, such as
    `PASS`, by the names in `VERDICTS`.
    """

    source: str
    headers: tuple[tuple[str, str], ...]
    are_headers_cut: bool
    verdicts: Mapping[str, str]
    stored: StoredObject | None

    def values(self, name: str) -> Iterator[str]:
        """Every value of a header, by its lower-case name."""
        return (value for each, value in self.headers if each == name)


def parse(body: str) -> ReceivedMail:
    """One queue message, raw or as SNS wraps it.

    Raises:
        NotReceived: it is none of SES's notifications of an email that arrived.
    """
    try:
        told = json.loads(body)
        if told.get("Type") == "Notification":
            told = json.loads(told["Message"])
        if told["notificationType"] != "Received":
            raise NotReceived
        return _mail(told["mail"], told["receipt"])
    except MALFORMED:
        raise NotReceived from None


def _mail(mail: Mapping[str, Any], receipt: Mapping[str, Any]) -> ReceivedMail:
    return ReceivedMail(
        source=str(mail["source"] or "").strip().strip("<>"),
        headers=tuple((str(h["name"]).lower(), str(h["value"])) for h in mail["headers"]),
        are_headers_cut=bool(mail["headersTruncated"]),
        verdicts={name: _status(receipt, name) for name in VERDICTS},
        stored=_stored(receipt["action"]),
    )


def _status(receipt: Mapping[str, Any], name: str) -> str:
    return str(receipt.get(f"{name}Verdict", {}).get("status", ""))


def _stored(action: Mapping[str, Any]) -> StoredObject | None:
    if action["type"] != "S3":
        return None
    return StoredObject(str(action["bucketName"]), str(action["objectKey"]))
