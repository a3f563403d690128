"""One accepted mail: SES's request for it, rendered only when it is viewed."""

import email
import email.policy
import itertools
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from functools import cached_property
from typing import Protocol

from sandbox.rules import Headers
from sandbox.substitution import Data

REGION_PREFIX = "010b"
_numbers = itertools.count(1)


class MailContent(Protocol):
    """A mail's content; `data` holds one recipient's replacements."""

    def fill_subject(self, data: Data) -> str: ...
    def fill_html(self, data: Data) -> str: ...
    def fill_text(self, data: Data) -> str: ...


@dataclass(slots=True)
class AcceptedMail:
    """One accepted mail. `recipients` are bare addresses, `to` is what the sender wrote.

    `granted_at` is when the account's rate took it, in seconds of its monotonic clock.
    """

    message_id: str
    accepted_at: datetime
    granted_at: float
    source: str
    to: tuple[str, ...]
    recipients: tuple[str, ...]
    reply_to: tuple[str, ...]
    content: MailContent
    data: Data
    headers: Headers
    tags: dict[str, list[str]]
    configuration_set: str | None
    outcome: str
    failure: str | None = None
    cc: tuple[str, ...] = ()
    number: int = field(default_factory=_numbers.__next__)

    @property
    def subject(self) -> str:
        return self.content.fill_subject(self.data)

    @property
    def html(self) -> str:
        return self.content.fill_html(self.data)

    @property
    def text(self) -> str:
        return self.content.fill_text(self.data)

    @property
    def source_domain(self) -> str:
        return self.source.rpartition("@")[2].rstrip(">")


@dataclass(frozen=True)
class RawContent:
    """A message that the sender wrote as MIME, parsed when it is viewed."""

    source: bytes

    @cached_property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.source, policy=email.policy.default)

    def fill_subject(self, _data: Data) -> str:
        return str(self.message.get("Subject", ""))

    def fill_html(self, _data: Data) -> str:
        return self._part("html")

    def fill_text(self, _data: Data) -> str:
        return self._part("plain")

    def _part(self, kind: str) -> str:
        body = self.message.get_body((kind,))
        return str(body.get_content()) if body is not None else ""

    def addresses(self, names: Sequence[str]) -> list[str]:
        """The addresses written in the given header fields, in order."""
        return [
            str(address)
            for name in names
            for value in self.message.get_all(name, [])
            for address in value.addresses
        ]


def new_message_id() -> str:
    """Return a message id in SES's form: region prefix, time, random part, sequence."""
    return f"{REGION_PREFIX}{int(time.time() * 1000):012x}-{uuid.uuid4()}-000000"
