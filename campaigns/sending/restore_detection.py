"""Detect a database that was restored from a backup, and hold every email that may have been sent.

Each claim and each poll of SES's events increments the database's counter in its transaction, and
then, before any external effect (a request to SES, a deletion from the queue), raises the mark
outside the database. So if the mark is read first and the counter is lower, the database has lost
something. One number cannot tell what: every open mail of every active month is held for a person
(ADR 0016).
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from campaigns import audit
from campaigns.models import Campaign, CampaignState, Sender
from campaigns.sending import deliveries
from campaigns.sending.high_water_mark import HighWaterMark
from campaigns.ses import account
from kit import bulk
from kit.clock import Clock
from kit.database import Database
from kit.log import get_logger

log = get_logger(__name__)

ON_THE_WAY = (
    CampaignState.APPROVED,
    CampaignState.HANDING_OVER,
    CampaignState.SENDING,
    CampaignState.PAUSED,
)
RAISE = update(Sender).values(counter=Sender.counter + 1).returning(Sender.counter)
REASON = (
    "The database was restored from a backup. Every email that was not certain is held: some may"
    " have been sent since the backup."
)


def watch(database: Database, mark: HighWaterMark, *, clock: Clock) -> None:
    """Quarantine what is on its way if the database is behind the mark.

    Called before every claim, every poll and every tick, outside any transaction.
    """
    remembered = mark.read()
    with database.reading() as session:
        is_behind = _counter(session) < remembered
    if is_behind:
        with database.writing() as session:
            quarantine(session, remembered, now=clock())


def count(session: Session) -> int:
    """Raise the counter for a claim or a poll; returns it.

    Whoever else claims or polls waits for this transaction from here on: call it last.
    """
    session.flush()
    raised: int | None = session.connection().execute(RAISE).scalar()
    if raised is None:
        account.sender(session)
        return count(session)
    return raised


def quarantine(session: Session, remembered: int, *, now: datetime) -> int:
    """Hold every open mail of every month on its way, once; returns how many that were."""
    bulk.lock(session, "quarantine")
    if _counter(session) >= remembered:
        return 0
    campaigns = session.scalars(select(Campaign).where(Campaign.state.in_(ON_THE_WAY)))
    held = sum(hold(session, campaign, now=now) for campaign in campaigns.all())
    account.sender(session)
    moved_on = update(Sender).where(Sender.id == 1).values(counter=remembered, restored_at=now)
    bulk.changed(session, moved_on)
    return held


def hold(session: Session, campaign: Campaign, *, now: datetime) -> int:
    """Hold all that a campaign has open, and say why; returns how many mails."""
    number = deliveries.quarantine(session, campaign.id, now=now)
    if number:
        campaign.state_reason = REASON
        action = "restored from a backup"
        audit.record(
            session, who=account.SYSTEM, action=action, now=now, month=campaign.month, held=number
        )
        log.warning("the database was restored: mails are held", campaign=campaign.id, count=number)
    return number


def may_have_been_sent(session: Session, campaign: Campaign) -> bool:
    """Whether a month that has not begun, as far as the database knows, may have gone out.

    It was due when the restore was seen, so that the backup may be of before its hand-over.
    """
    restored_at = session.scalar(select(Sender.restored_at).where(Sender.id == 1))
    return restored_at is not None and campaign.send_at <= restored_at


def _counter(session: Session) -> int:
    return session.scalar(select(Sender.counter).where(Sender.id == 1)) or 0
