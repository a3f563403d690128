"""Settle what is uncertain, by evidence. See ADR 0008 for which failure is preferred, and why.

An `unknown` mail may have been sent: its answer was lost, or its worker died. A tagged event proves
that it was, and `campaigns.sending.feedback` settles it. That no event came proves nothing by
itself, so a second send needs all of: the grace has passed, and after it nothing was left in the
event queue; the feed has demonstrably worked for this campaign, and in the minutes around the
attempt; the mail was not re-sent before; the series allows it; the campaign may still send.
Whatever lacks one of these is held for staff to decide.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, TextClause, and_, or_, select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Cause, Delivery, DeliveryState, Series
from campaigns.models.deliveries import IN_FLIGHT
from campaigns.sending import counters, deliveries
from campaigns.sending.lifecycle import OPEN_STATES
from campaigns.sending.statements import CHUNK
from campaigns.ses import account
from kit.log import get_logger

log = get_logger(__name__)

SEEN_AT_LEAST = 0.999
"""Share of accepted mails whose own Send event must have come before its absence means anything."""
MINUTE = timedelta(minutes=1)
AROUND = 5 * MINUTE
EVIDENCE_MIN = 20
"""Mails accepted around the attempt, all events seen; fewer say too little about the feed."""


@dataclass(frozen=True, slots=True)
class Feed:
    """How many mails SES accepted, and for how many of them an event came."""

    accepted: int
    seen: int

    @property
    def is_healthy(self) -> bool:
        return self.accepted >= EVIDENCE_MIN and self.seen >= SEEN_AT_LEAST * self.accepted


def settle(session: Session, *, grace: timedelta, now: datetime) -> int:
    """Put back into the queue, once, what evidence says was never sent; returns how many."""
    read_at = account.sender(session).events_read_at
    if read_at is None:
        return 0
    before = min(now, read_at) - grace
    campaigns = session.execute(
        select(Campaign.id, Campaign.send_at, Campaign.window_seconds)
        .join(Series, Series.name == Campaign.series)
        .where(Campaign.state.in_(OPEN_STATES), Series.unknown_policy == "resend")
    ).all()
    return sum(
        _settle_campaign(session, campaign_id, before, now)
        for campaign_id, send_at, window in campaigns
        if now < send_at + timedelta(seconds=window)
    )


def feed(session: Session, campaign_id: int) -> Mapping[datetime, Feed]:
    """The feed's evidence among the accepted mails of a campaign, by the minute of their claim."""
    counted = counters.by_minute(session, campaign_id)
    return {minute: Feed(accepted, seen) for minute, (accepted, seen) in counted.items()}


def _settle_campaign(session: Session, campaign_id: int, before: datetime, now: datetime) -> int:
    minutes = _minutes_of_claims(session, campaign_id, before)
    if not minutes:
        return 0
    found = feed(session, campaign_id)
    if not _together(found.values()).is_healthy:
        log.warning("unknown mails are held: the event feed is not healthy", campaign=campaign_id)
        return 0
    proven = [minute for minute in minutes if _together(_around(found, minute)).is_healthy]
    return _send_once_more(session, campaign_id, proven, before, now)


def _minutes_of_claims(session: Session, campaign_id: int, before: datetime) -> set[datetime]:
    claimed = select(Delivery.claimed_at).where(*_due(campaign_id, before)).distinct()
    return {
        moment.replace(second=0, microsecond=0)
        for moment in session.scalars(claimed)
        if moment is not None
    }


def _around(found: Mapping[datetime, Feed], minute: datetime) -> list[Feed]:
    """The evidence of the minutes around one."""
    return [feed for other, feed in found.items() if abs(other - minute) <= AROUND]


def _together(feeds: Iterable[Feed]) -> Feed:
    listed = list(feeds)
    return Feed(sum(feed.accepted for feed in listed), sum(feed.seen for feed in listed))


def _send_once_more(
    session: Session,
    campaign_id: int,
    minutes: Sequence[datetime],
    before: datetime,
    now: datetime,
) -> int:
    """Queue a chunk of what was claimed in these minutes; the next call goes on."""
    if not minutes:
        return 0
    claimed = or_(
        *(and_(Delivery.claimed_at >= m, Delivery.claimed_at < m + MINUTE) for m in minutes)
    )
    due = select(Delivery.id).where(*_due(campaign_id, before), claimed).order_by(Delivery.id)
    chunk = due.limit(CHUNK).with_for_update(skip_locked=True)
    number = deliveries.send_once_more(session, session.scalars(chunk).all(), now=now)
    if number:
        log.info("unknown mails are sent once more", campaign=campaign_id, count=number)
    return number


def _due(campaign_id: int, before: datetime) -> Sequence[ColumnElement[bool] | TextClause]:
    return (
        Delivery.campaign_id == campaign_id,
        IN_FLIGHT,
        Delivery.state == DeliveryState.UNKNOWN,
        Delivery.since < before,
        Delivery.resent.is_(False),
        Delivery.cause.is_distinct_from(Cause.RESTORED),
    )
