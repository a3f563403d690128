"""Apply SES's events to deliveries: each as often as it comes, in any order, with one effect."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, func, null, or_, select, update
from sqlalchemy.orm import Session

from campaigns import suppression
from campaigns.models import Delivery, DeliveryState, Feedback, SetAside, SuppressionKind
from campaigns.sending import reputation, restored
from campaigns.sending.anchor import Anchor
from campaigns.sending.delivery import FORGOTTEN, QUEUED, RESTORED, SENDING, UNKNOWN
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
NEVER_LEFT = {"Reject": "rejected", "Rendering Failure": "rendering_failure"}
RANKS = ("send", "delivery", "bounce", "complaint")

IS_RESTORED = and_(Delivery.state == UNKNOWN, Delivery.cause == RESTORED)
"""A restored database may have forgotten the attempt: whatever is heard of the mail settles it."""


def poll(
    database: Database,
    client: "SQSClient",
    queue_url: str,
    *,
    anchor: Anchor,
    clock: Callable[[], datetime],
    wait_seconds: int = 0,
) -> int:
    """Take up to ten messages, apply them, commit, and only then delete them; returns how many.

    Before they go, the anchor learns of it: a database restored to an earlier moment must not take
    their absence for evidence.
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
    now, remembered = clock(), anchor.events()
    with database.writing() as session:
        bodies = in_row_order(str(message.get("Body", "")) for message in messages)
        taken = [take(session, body, now=now) for body in bodies]
        for campaign_id in {event.campaign_id for event in taken if event and event.kind in BAD}:
            reputation.watch(session, campaign_id, now=now)
        restored.hold_unheard(session, remembered, now=now)
        times = account.count_events(session)
    anchor.raise_events_to(times)
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
    return 0 if event is None else event.delivery_id


def take(session: Session, body: str, *, now: datetime) -> Event | None:
    """Apply one queue message; one that is no event is set aside for somebody to look at."""
    try:
        event = parse(body)
    except NotAnEvent as error:
        log.warning("a queue message that is no SES event was set aside", error=str(error))
        session.add(SetAside(received_at=now, body=_storable(body)))
        return None
    if event is not None:
        apply(session, event, now=now)
    return event


def _storable(body: str) -> str:
    """PostgreSQL keeps neither a NUL nor half a surrogate pair."""
    return body[:SET_ASIDE_MAX].encode(errors="replace").decode().replace("\0", "\ufffd")


def apply(session: Session, event: Event, *, now: datetime) -> None:
    """Apply one event. All kinds but Reject and Rendering Failure prove that SES took the mail."""
    address = _address(session, event)
    if address is None:
        log.warning("an event about a mail that is not here", kind=event.kind)
        return
    applied = _change(session, event, _never_left(event) or _was_sent(event, now))
    if not applied:
        log.warning("an event about a replaced attempt", delivery=event.delivery_id)
    if not applied or event.kind in {*BAD, *NEVER_LEFT}:
        _keep(session, event, is_late=not applied)
    kind = _suppression_kind(event)
    if kind is not None:
        suppression.suppress(session, address=address, kind=kind, now=now)


def _never_left(event: Event) -> dict[str, Any] | None:
    cause = NEVER_LEFT.get(event.kind)
    return {"state": DeliveryState.FAILED, "cause": cause, **FORGOTTEN} if cause else None


def _was_sent(event: Event, now: datetime) -> dict[str, Any]:
    """Settle the row if it was not known to be sent, and note the furthest thing heard of it."""
    waits = or_(
        Delivery.state.in_((SENDING, UNKNOWN, QUEUED)),
        and_(
            Delivery.state == DeliveryState.FAILED,
            Delivery.cause.not_in(tuple(NEVER_LEFT.values())),
        ),
    )
    rank = _rank(event)
    is_further = or_(Delivery.feedback.is_(None), Delivery.feedback.in_(RANKS[: RANKS.index(rank)]))
    return {
        "state": case((waits, DeliveryState.SENT), else_=Delivery.state),
        "since": case((waits, now), else_=Delivery.since),
        "cause": case((waits, null()), else_=Delivery.cause),
        "message_id": func.coalesce(Delivery.message_id, event.message_id),
        "feedback": case((is_further, rank), else_=Delivery.feedback),
        **FORGOTTEN,
    }


def _change(session: Session, event: Event, values: dict[str, Any]) -> bool:
    changed = session.scalar(
        update(Delivery)
        .where(
            Delivery.id == event.delivery_id,
            Delivery.campaign_id == event.campaign_id,
            or_(Delivery.attempt_id == event.attempt_id, IS_RESTORED),
        )
        .values(attempt_id=event.attempt_id, **values)
        .returning(Delivery.id),
        execution_options={"synchronize_session": False},
    )
    return changed is not None


def _address(session: Session, event: Event) -> str | None:
    return session.scalar(
        select(Delivery.address).where(
            Delivery.id == event.delivery_id, Delivery.campaign_id == event.campaign_id
        )
    )


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
    return kind if kind in RANKS else "send"
