"""SES's receiving of email: a rule with an S3 action that tells a topic of the headers.

Sources: "Deliver to S3 bucket action" and "Contents of notifications for Amazon SES email
receiving" in the SES developer guide: 40 MB at most, and headers cut off at 10 KB.
"""

import email
import email.policy
import secrets
import threading
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from kit.clock import utc_now
from sandbox import events
from sandbox.queue import MessageQueue

BUCKET = "check-in-inbound-mail"
SIZE_MAX = 40 * 1024 * 1024
HEADERS_MAX = 10 * 1024
PASSED = {f"{name}Verdict": {"status": "PASS"} for name in ("spam", "virus", "spf", "dkim")}

Json = dict[str, Any]


class NotTaken(Exception):
    """SES bounces this email; the text is what the sender's server is told."""


@dataclass
class Receiving:
    """Takes email for one domain into a bucket and tells a queue of it, as SNS wraps it.

    `objects` are the emails that were not deleted yet, by key.
    """

    domain: str
    queue: MessageQueue
    objects: dict[str, bytes] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def takes(self, recipient: str) -> bool:
        """Whether the rule is for this address, with or without a name."""
        return parseaddr(recipient)[1].lower().endswith(f"@{self.domain}")

    def take(self, source: bytes, *, sender: str, recipient: str, **verdicts: str) -> str:
        """Take one email, as its sender's server hands it over; returns its object's key.

        `sender` is the envelope's, empty for a null sender; `verdicts` are SES's by their names,
        such as `spfVerdict="FAIL"`; without one SES passes the email.

        Raises:
            NotTaken: the address is not one of the rule's, or the email is too large.
        """
        if not self.takes(recipient):
            raise NotTaken("550 5.1.1 Requested action not taken: mailbox unavailable")
        if len(source) > SIZE_MAX:
            raise NotTaken("552 5.3.4 Message size exceeds fixed limit")
        key = secrets.token_hex(20)
        with self._lock:
            self.objects[key] = source
        told = _notification(source, key, sender=sender, recipient=parseaddr(recipient)[1])
        told["receipt"] |= {name: {"status": status} for name, status in verdicts.items()}
        body = events.as_notification(told, subject="Amazon SES Email Receipt Notification")
        self.queue.send(lambda: body)
        return key

    def delete(self, key: str) -> None:
        """Delete an object; one that is not there changes nothing, as S3 has it."""
        with self._lock:
            self.objects.pop(key, None)


def _notification(source: bytes, key: str, *, sender: str, recipient: str) -> Json:
    message = email.message_from_bytes(source, policy=email.policy.default)
    headers, are_cut = _headers(message)
    now = events.timestamp(utc_now())
    return {
        "notificationType": "Received",
        "mail": {
            "timestamp": now,
            "source": sender or "<>",
            "messageId": key,
            "destination": [recipient],
            "headersTruncated": are_cut,
            "headers": [{"name": "Return-Path", "value": f"<{sender}>"}, *headers],
            "commonHeaders": _common_headers(message),
        },
        "receipt": {
            "timestamp": now,
            "processingTimeMillis": 100,
            "recipients": [recipient],
            **PASSED,
            "dmarcVerdict": {"status": "GRAY"},
            "action": {
                "type": "S3",
                "topicArn": f"arn:aws:sns:{events.REGION}:{events.ACCOUNT_ID}:inbound",
                "bucketName": BUCKET,
                "objectKey": key,
            },
        },
    }


def _headers(message: EmailMessage) -> tuple[list[Json], bool]:
    """The headers from the first on, and whether some were cut off."""
    kept: list[Json] = []
    size = 0
    for name, value in message.items():
        size += len(name) + len(str(value)) + len(": \r\n")
        if size > HEADERS_MAX:
            return kept, True
        kept.append({"name": name, "value": str(value)})
    return kept, False


def _common_headers(message: EmailMessage) -> Json:
    names = {"from": "From", "to": "To", "date": "Date", "messageId": "Message-ID"}
    names["subject"] = "Subject"
    found = {key: str(message[name]) for key, name in names.items() if message[name]}
    return found | {key: [found[key]] for key in ("from", "to") if key in found}
