"""Apply SES's events to deliveries, idempotently and in any order."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from campaigns import suppression
from campaigns.models import Cause, Delivery, Feedback, SetAside, SuppressionKind
from campaigns.models.deliveries import ERASED_ADDRESS
from campaigns.sending import deliveries, reputation, restore_detection, untagged
from campaigns.sending.high_water_mark import HighWaterMark
from campaigns.ses import account
from campaigns.ses.events import Event, NotAnEvent, parse
from kit.bulk import add_new
from kit.database import Database
from kit.log import get_logger

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

log = get_logger(__name__)

RECEIVE_MAX = 10
"""Messages in one ReceiveMessage (SQS API reference)."""
VISIBILITY_SECONDS = 60
SET_ASIDE_MAX = 256 * 1024
VISIBLE: Final = "ApproximateNumberOfMessages"
IN_FLIGHT: Final = "ApproximateNumberOfMessagesNotVisible"

BOUNCE, COMPLAINT = "Bounce", "Complaint"
BAD = frozenset({BOUNCE, COMPLAINT})
NEVER_LEFT = {"Reject": Cause.REJECTED, "Rendering Failure": Cause.RENDERING_FAILURE}


def poll(
    database: Database,
    client: "SQSClient",
    queue_url: str,
    *,
    mark: HighWaterMark,
    clock: Callable[[], datetime],
    wait_seconds: int = 0,
) -> int:
    """Take up to ten messages, apply them, commit, and only then delete them; returns how many.

    Before they go, the mark outside the database is raised: a database restored to an earlier
    moment must not take their absence for evidence.
    """
    answer = client.receive_message(
        QueueUrl=queue_url,
        MaxNumberOfMessages=RECEIVE_MAX,
        WaitTimeSeconds=wait_seconds,
        VisibilityTimeout=VISIBILITY_SECONDS,
    )
    messages = answer.get("Messages", [])
    if not messages:
        _note_nothing_left(database, client, queue_url, clock)
        return 0
    restore_detection.watch(database, mark, clock=clock)
    now = clock()
    with database.writing() as session:
        bodies = in_row_order(str(message.get("Body", "")) for message in messages)
        taken = [take(session, body, now=now) for body in bodies]
        for campaign_id in {event.campaign_id for event in taken if event and event.kind in BAD}:
            reputation.watch(session, campaign_id, now=now)
        number = restore_detection.count(session)
    mark.raise_to(number)
    client.delete_message_batch(
        QueueUrl=queue_url,
        Entries=[
            {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
            for number, message in enumerate(messages)
        ],
    )
    return len(messages)


def _note_nothing_left(
    database: Database, client: "SQSClient", queue_url: str, clock: Callable[[], datetime]
) -> None:
    """What a dead worker received is not seen for a while, but it is counted as in flight."""
    before = clock()
    counted = client.get_queue_attributes(QueueUrl=queue_url, AttributeNames=[VISIBLE, IN_FLIGHT])
    if not any(int(counted.get("Attributes", {}).get(name, 0)) for name in (VISIBLE, IN_FLIGHT)):
        with database.writing() as session:
            account.note_events_read(session, now=before)


def in_row_order(bodies: Iterable[str]) -> list[str]:
    """Messages by the rows they will change: whoever locks in one order waits for nobody in turn.

    A batch's outcomes are recorded in that order as well.
    """
    return sorted(bodies, key=_row_of)


def _row_of(body: str) -> int:
    try:
        event = parse(body)
    except NotAnEvent:
        return 0
    return event.delivery_id if isinstance(event, Event) else 0


def take(session: Session, body: str, *, now: datetime) -> Event | None:
    """Apply one queue message; one that is no event is set aside for somebody to look at."""
    try:
        event = parse(body)
    except NotAnEvent as error:
        log.warning("a queue message that is no SES event was set aside", error=str(error))
        session.add(SetAside(received_at=now, body=_storable(body)))
        return None
    if event is not None and not isinstance(event, Event):
        event = untagged.identified(session, event)
    if event is not None:
        apply(session, event, now=now)
    return event


def _storable(body: str) -> str:
    """PostgreSQL keeps neither a NUL nor half a surrogate pair."""
    return body[:SET_ASIDE_MAX].encode(errors="replace").decode().replace("\0", "\ufffd")


def apply(session: Session, event: Event, *, now: datetime) -> None:
    """Apply one event. All kinds but Reject and Rendering Failure prove that SES took the mail.

    It counts whatever attempt it names, but only at the row's own address: after a restore the same
    row may be somebody else's.
    """
    found = _find(session, event)
    is_ours = found is not None and _is_about(event, found)
    if found is None or (event.destination and not is_ours):
        log.warning("an event about a mail that is not here", kind=event.kind)
        return
    _settle(session, event, now)
    is_late = found.attempt_id != event.attempt_id
    if is_late or event.kind in {*BAD, *NEVER_LEFT}:
        _keep(session, event, is_late=is_late)
    kind = _suppression_kind(event)
    if kind is not None and found.address != _erased(event) and (is_ours or not is_late):
        suppression.suppress(session, address=found.address, kind=kind, now=now)


def _is_about(event: Event, found: Row[str, str | None, int]) -> bool:
    """Whether the event names the row's address, or the attempt where that was erased."""
    if found.address == _erased(event):
        return bool(event.attempt_id == found.attempt_id)
    return bool(event.names(found.address))


def _erased(event: Event) -> str:
    return ERASED_ADDRESS.format(event.delivery_id)


def _settle(session: Session, event: Event, now: datetime) -> None:
    row, attempt = event.delivery_id, event.attempt_id
    if cause := NEVER_LEFT.get(event.kind):
        deliveries.never_left(session, row, attempt_id=attempt, cause=cause, now=now)
        return
    deliveries.hear(
        session,
        row,
        attempt_id=attempt,
        message_id=event.message_id,
        rank=_rank(event),
        now=now,
    )


def _find(session: Session, event: Event) -> Row[str, str | None, int] | None:
    """By the id alone: asked for the campaign too, PostgreSQL with old statistics reads it all."""
    query = select(Delivery.address, Delivery.attempt_id, Delivery.campaign_id)
    found = session.execute(query.where(Delivery.id == event.delivery_id)).one_or_none()
    return found if found is not None and found.campaign_id == event.campaign_id else None


def _keep(session: Session, event: Event, *, is_late: bool) -> None:
    row = {
        "key": f"{event.message_id}/{event.kind}/{event.detail or ''}"[:160],
        "campaign_id": event.campaign_id,
        "delivery_id": event.delivery_id,
        "attempt_id": event.attempt_id,
        "kind": event.kind,
        "detail": event.detail,
        "is_late": is_late,
        "happened_at": event.happened_at,
    }
    add_new(session, Feedback, [row])


def _suppression_kind(event: Event) -> SuppressionKind | None:
    if event.kind == COMPLAINT:
        return SuppressionKind.COMPLAINT
    if event.kind == BOUNCE and event.is_permanent:
        return SuppressionKind.BOUNCE
    return None


def _rank(event: Event) -> str:
    """A transient bounce or a delay says no more than that the mail was sent."""
    if event.kind == BOUNCE and not event.is_permanent:
        return "send"
    kind = event.kind.lower()
    return kind if kind in deliveries.RANKS else "send"
