"""See that the campaign database was restored from a backup, and send nothing again for it.

Every claim raises the campaign's mark in its own transaction, and the anchor's after its commit and
before its first post. So whoever reads the anchor and then the row finds the row behind only if the
database forgot claims. Each mail that may have been among them is held: `unknown`, settled by
an event if one still comes, never sent again but by a person's decision.

Events are counted likewise, each time some are taken and before they leave their queue. Where the
database forgot some, they will not come again, and that a claimed mail has none proves nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from campaigns import audit
from campaigns.models import Campaign, Delivery, Sender
from campaigns.sending.anchor import Anchor, Mark
from campaigns.sending.delivery import QUEUED, RESTORED, SENDING, UNKNOWN
from campaigns.sending.lifecycle import OPEN_STATES
from campaigns.ses.account import SYSTEM
from kit.bulk import changed
from kit.clock import Clock
from kit.database import Database
from kit.log import get_logger

log = get_logger(__name__)

AWAITS_AN_EVENT = or_(
    Delivery.state.in_((SENDING, UNKNOWN)),
    and_(Delivery.state == QUEUED, Delivery.attempt_id.is_not(None)),
)
"""What an event can settle: also a mail that is about to be sent once more."""
REASON = (
    "The database was restored from a backup: mails that may have gone out since are held,"
    " and the month goes on with the others."
)


@dataclass(frozen=True, slots=True)
class Memory:
    """What the anchor says: of a month's lists, and of the events of all months."""

    marks: Mapping[str, Mark]
    events: int

    @classmethod
    def of(cls, anchor: Anchor, month: str) -> Self:
        return cls(anchor.read(month), anchor.events())


def watch(database: Database, anchor: Anchor, *, clock: Clock) -> None:
    """Look at every campaign on its way, as each tick does before anything else."""
    with database.reading() as session:
        campaigns = _on_their_way(session)
    for campaign_id, month in campaigns:
        memory = Memory.of(anchor, month)
        with database.writing() as session:
            hold(session, campaign_id, memory, now=clock())


def hold(session: Session, campaign_id: int, memory: Memory, *, now: datetime) -> int:
    """Hold what a restored database may have forgotten; returns how many mails that were.

    `memory` was read before this transaction began.
    """
    count = hold_unheard(session, memory.events, now=now)
    found = session.execute(
        select(Campaign.month, Campaign.frozen_at, Campaign.claims, Campaign.claimed_up_to).where(
            Campaign.id == campaign_id
        )
    ).one()
    known = Mark(found.claims, found.claimed_up_to)
    mark = _remembered(session, campaign_id, list_name(found.frozen_at), known, memory.marks)
    if mark != known and _move_on(session, campaign_id, mark):
        is_open = Delivery.state.in_((QUEUED, SENDING, UNKNOWN))
        of_claims = Delivery.id <= mark.up_to, is_open
        count += _hold(session, campaign_id, found.month, now, *of_claims)
    return count


def hold_unheard(session: Session, events: int, *, now: datetime) -> int:
    """Hold what a forgotten event may have settled, in every campaign on its way; returns how many.

    `events` is what the anchor said before this transaction began.
    """
    known = session.scalar(select(Sender.events_taken).where(Sender.id == 1)) or 0
    if known >= events or not _move_on_from_events(session, events):
        return 0
    return sum(
        _hold(session, campaign_id, month, now, AWAITS_AN_EVENT)
        for campaign_id, month in _on_their_way(session)
    )


def claimed(session: Session, campaign_id: int, up_to: int) -> Mark:
    """Note a claim and how far it got, in its own transaction; returns the campaign's mark."""
    raised = session.execute(
        update(Campaign)
        .where(Campaign.id == campaign_id)
        .values(claims=Campaign.claims + 1, claimed_up_to=_at_least(up_to))
        .returning(Campaign.claims, Campaign.claimed_up_to),
        execution_options={"synchronize_session": False},
    ).one()
    return Mark(*raised)


def list_name(frozen_at: datetime | None) -> str:
    """The anchor's name of a mailing list."""
    return "" if frozen_at is None else frozen_at.isoformat()


def _on_their_way(session: Session) -> Sequence[Row[int, str]]:
    query = select(Campaign.id, Campaign.month).where(Campaign.state.in_(OPEN_STATES))
    return session.execute(query.order_by(Campaign.id)).all()


def _remembered(
    session: Session, campaign_id: int, listed: str, known: Mark, marks: Mapping[str, Mark]
) -> Mark:
    """The campaign's mark as it ever was; all of a list that had to be handed over anew."""
    remembered = marks.get(listed, Mark())
    if marks and remembered == known == Mark():
        query = select(func.max(Delivery.id)).where(Delivery.campaign_id == campaign_id)
        return Mark(up_to=session.scalar(query) or 0)
    return known.raised(remembered)


def _move_on_from_events(session: Session, events: int) -> bool:
    """Take the one step past the events that were forgotten; False if another took it first."""
    moved = update(Sender).where(Sender.id == 1, Sender.events_taken < events)
    return changed(session, moved.values(events_taken=events)) == 1


def _move_on(session: Session, campaign_id: int, mark: Mark) -> bool:
    """Take the one step past the claims that were forgotten; False if another took it first."""
    is_behind = or_(Campaign.claims < mark.claims, Campaign.claimed_up_to < mark.up_to)
    moved = update(Campaign).where(Campaign.id == campaign_id, is_behind)
    return changed(session, moved.values(claims=mark.claims, claimed_up_to=mark.up_to)) == 1


def _at_least(up_to: int) -> ColumnElement[int]:
    return case((Campaign.claimed_up_to < up_to, up_to), else_=Campaign.claimed_up_to)


def _hold(
    session: Session, campaign_id: int, month: str, now: datetime, *which: ColumnElement[bool]
) -> int:
    """A row that was never claimed, as far as this database knows, is named by the cause alone."""
    values = {
        "state": UNKNOWN,
        "cause": RESTORED,
        "attempt_id": func.coalesce(Delivery.attempt_id, RESTORED),
        "since": now,
    }
    held = update(Delivery).where(Delivery.campaign_id == campaign_id, *which).values(values)
    if (count := changed(session, held)) == 0:
        return 0
    because = update(Campaign).where(Campaign.id == campaign_id).values(state_reason=REASON)
    session.execute(because, execution_options={"synchronize_session": False})
    action = "restored from a backup"
    audit.record(session, who=SYSTEM, action=action, now=now, month=month, held=count)
    log.warning("the database was restored: mails are held", campaign=campaign_id, count=count)
    return count
