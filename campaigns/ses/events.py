"""Read SES's event messages. Pure.

Shapes: "Contents of event data that Amazon SES publishes to Amazon SNS" in the SES developer guide;
the SNS envelope: "Parsing message formats" in the SNS developer guide. Tag values are lists of
strings. Identity feedback ("Contents of notifications for Amazon SES") says the same without tags;
what it is about is found by its message id. What is neither tagged nor found is somebody else's.
"""

import json
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

TAGS = ("campaign", "delivery", "attempt")
ROW_IDS = range(1, 2**63)
KIND_MAX, ATTEMPT_ID_MAX, MESSAGE_ID_MAX, DETAIL_MAX = 24, 32, 128, 64
PERMANENT = "Permanent"
COMPLAINT, NOT_SPAM = "Complaint", "not-spam"
WITHDRAWN = "Not Spam"
"""The kind of a complaint that corrects one: the recipient says that the mail is none."""
GREETINGS = ("Successfully validated SNS topic for Amazon SES event publishing",)
SUBSCRIBED = "AmazonSnsSubscriptionSucceeded"
"""What SES writes to a topic when it is set up."""
MALFORMED = (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError)


class NotAnEvent(Exception):
    """A queue message that is neither an SES event nor one wrapped by SNS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Untagged:
    """What SES says about a mail by its message id and its recipients. `kind` is its `eventType`.

    `destination`: the addresses that SES was given for this mail.
    """

    kind: str
    message_id: str
    happened_at: datetime
    detail: str | None = None
    destination: tuple[str, ...] = ()

    def names(self, address: str) -> bool:
        """Whether SES says that it was given this address for the mail."""
        return address.casefold() in {each.casefold() for each in self.destination}

    @property
    def is_permanent(self) -> bool:
        return (self.detail or "").startswith(PERMANENT)

    def about(self, *, campaign_id: int, delivery_id: int, attempt_id: str) -> "Event":
        """The same about the mail that was found by it."""
        said: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(Untagged)}
        return Event(
            **said, campaign_id=campaign_id, delivery_id=delivery_id, attempt_id=attempt_id
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Untagged):
    """One thing SES says about one attempt at one delivery."""

    campaign_id: int
    delivery_id: int
    attempt_id: str


def parse(body: str) -> Event | Untagged | None:
    """The event in a queue message's body; None if SES says nothing about a mail of ours.

    Raises:
        NotAnEvent: the body is neither raw nor SNS-wrapped SES JSON.
    """
    try:
        document = _unwrap(json.loads(body))
        if document.get("notificationType") == SUBSCRIBED:
            return None
        return _said(document, document["mail"])
    except MALFORMED as error:
        raise NotAnEvent(type(error).__name__) from None


def _unwrap(document: dict[str, Any]) -> dict[str, Any]:
    if document.get("Type") == "Notification":
        if document["Message"].startswith(GREETINGS):
            return {"notificationType": SUBSCRIBED}
        unwrapped: dict[str, Any] = json.loads(document["Message"])
        return unwrapped
    return document


def _said(document: dict[str, Any], mail: dict[str, Any]) -> Event | Untagged | None:
    tags = mail.get("tags") or {}
    is_tagged = all(tags.get(name) for name in TAGS)
    if not is_tagged and "notificationType" not in document:
        return None
    untagged = _untagged(document, mail)
    if not is_tagged:
        return untagged
    campaign, delivery, attempt = (str(tags[name][0]) for name in TAGS)
    return untagged.about(
        campaign_id=_row_id(campaign),
        delivery_id=_row_id(delivery),
        attempt_id=_word(attempt, ATTEMPT_ID_MAX),
    )


def _untagged(document: dict[str, Any], mail: dict[str, Any]) -> Untagged:
    kind = document.get("eventType") or document["notificationType"]
    part = document.get(_part_name(kind)) or {}
    return Untagged(
        kind=_word(WITHDRAWN if _is_withdrawn(kind, part) else kind, KIND_MAX),
        message_id=_word(str(mail["messageId"]), MESSAGE_ID_MAX),
        happened_at=_moment(part.get("timestamp") or mail["timestamp"]),
        detail=_detail(part),
        destination=tuple(map(str, mail.get("destination") or ())),
    )


def _is_withdrawn(kind: str, part: dict[str, Any]) -> bool:
    """`not-spam` corrects a message that was taken for spam (Amazon SES, "complaint object")."""
    feedback = str(part.get("complaintFeedbackType") or "").lower().replace("_", "-")
    return kind == COMPLAINT and feedback == NOT_SPAM


def _part_name(kind: str) -> str:
    """`Bounce` is told in `bounce`, `Rendering Failure` in `failure`, `DeliveryDelay` in itself."""
    return {"Rendering Failure": "failure", "DeliveryDelay": "deliveryDelay"}.get(
        kind, kind.lower()
    )


def _row_id(text: str) -> int:
    number = int(text)
    if number not in ROW_IDS:
        raise ValueError("no row has this number")
    return number


def _word(text: str, longest: int) -> str:
    """A name as SES and we write them: short, printable ASCII, which any database can keep."""
    if not 0 < len(text) <= longest or not _is_plain(text):
        raise ValueError("not a name that was ever given")
    return text


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _detail(part: dict[str, Any]) -> str | None:
    words = [part.get(name) for name in ("bounceType", "bounceSubType", "complaintFeedbackType")]
    said = "/".join(str(word) for word in words if word)
    return "".join(filter(_is_plain, said))[:DETAIL_MAX] or None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a timestamp without a zone")
    return moment.astimezone(UTC)
