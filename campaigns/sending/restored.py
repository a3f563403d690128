"""See that the campaign database was restored from a backup, and send nothing again for it.

Every claim raises the campaign's mark in its own transaction, and the anchor's after its commit and
before its first post. So whoever reads the anchor and then the row finds the row behind only if the
database forgot claims. Each mail that may have been among them is held: `unknown`, settled by
an event if one still comes, never sent again but by a person's decision.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, or_, select, update
from sqlalchemy.orm import Session

from campaigns import audit
from campaigns.models import Campaign, Delivery
from campaigns.sending.anchor import Anchor, Mark
from campaigns.sending.delivery import QUEUED, RESTORED, SENDING, UNKNOWN
from campaigns.sending.lifecycle import OPEN_STATES
from campaigns.ses.account import SYSTEM
from kit.bulk import changed
from kit.clock import Clock
from kit.database import Database
from kit.log import get_logger

log = get_logger(__name__)

REASON = (
    "The database was restored from a backup: mails that may have gone out since are held,"
    " and the month goes on with the others."
)


def watch(database: Database, anchor: Anchor, *, clock: Clock) -> None:
    """Look at every campaign on its way, as each tick does before anything else."""
    with database.reading() as session:
        query = select(Campaign.id, Campaign.month).where(Campaign.state.in_(OPEN_STATES))
        campaigns = session.execute(query).all()
    for campaign_id, month in campaigns:
        marks = anchor.read(month)
        with database.writing() as session:
            hold(session, campaign_id, marks, now=clock())


def hold(session: Session, campaign_id: int, marks: Mapping[str, Mark], *, now: datetime) -> int:
    """Hold what a restored database may have forgotten; returns how many mails that were.

    `marks` is what the anchor says of the campaign's month, read before this transaction began.
    """
    campaign = session.execute(
        select(Campaign.month, Campaign.frozen_at, Campaign.claims, Campaign.claimed_up_to).where(
            Campaign.id == campaign_id
        )
    ).one()
    if not marks:
        return 0
    known = Mark(campaign.claims, campaign.claimed_up_to)
    remembered = marks.get(list_name(campaign.frozen_at), Mark())
    if remembered == known == Mark():
        remembered = Mark(up_to=_highest(session, campaign_id))
    mark = known.raised(remembered)
    if mark == known or not _move_on(session, campaign_id, mark):
        return 0
    count = _hold_up_to(session, campaign_id, mark.up_to, now)
    audit.record(
        session,
        who=SYSTEM,
        action="restored from a backup",
        now=now,
        month=campaign.month,
        held=count,
        claimed_up_to=mark.up_to,
    )
    log.warning("the database was restored: mails are held", campaign=campaign_id, count=count)
    return count


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


def _move_on(session: Session, campaign_id: int, mark: Mark) -> bool:
    """Take the one step past what was forgotten; False if another worker took it first."""
    is_behind = or_(Campaign.claims < mark.claims, Campaign.claimed_up_to < mark.up_to)
    moved = update(Campaign).where(Campaign.id == campaign_id, is_behind)
    values = {"claims": mark.claims, "claimed_up_to": mark.up_to, "state_reason": REASON}
    return changed(session, moved.values(values)) == 1


def _at_least(up_to: int) -> ColumnElement[int]:
    return case((Campaign.claimed_up_to < up_to, up_to), else_=Campaign.claimed_up_to)


def _hold_up_to(session: Session, campaign_id: int, bound: int, now: datetime) -> int:
    """A row that was never claimed, as far as this database knows, is named by the cause alone."""
    return changed(
        session,
        update(Delivery)
        .where(
            Delivery.campaign_id == campaign_id,
            Delivery.id <= bound,
            Delivery.state.in_((QUEUED, SENDING, UNKNOWN)),
        )
        .values(
            state=UNKNOWN,
            cause=RESTORED,
            attempt_id=func.coalesce(Delivery.attempt_id, RESTORED),
            since=now,
        ),
    )


def _highest(session: Session, campaign_id: int) -> int:
    query = select(func.max(Delivery.id)).where(Delivery.campaign_id == campaign_id)
    return session.scalar(query) or 0
