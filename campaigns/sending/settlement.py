"""Settle what is uncertain, by evidence. See ADR 0008 for which failure is preferred, and why.

An `unknown` mail may have been sent: its answer was lost, or its worker died. A tagged event proves
that it was, and `campaigns.sending.feedback` settles it. That no event came proves nothing by
itself, so a second send needs all of: the grace has passed, and after it nothing was left in the
event queue; the feed has demonstrably worked for this campaign, and in the minutes around the
attempt; the mail was not re-sent before; the series allows it; the campaign may still send.
Whatever lacks one of these is held for staff to decide.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Cause, Delivery, DeliveryState, Series
from campaigns.sending import deliveries
from campaigns.sending.lifecycle import OPEN_STATES
from campaigns.ses import account
from kit.log import get_logger

log = get_logger(__name__)

SEEN_AT_LEAST = 0.999
"""Share of accepted mails whose own Send event must have come before its absence means anything."""
AROUND = timedelta(minutes=5)
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


def feed(session: Session, campaign_id: int, *where: ColumnElement[bool]) -> Feed:
    """The feed's evidence among the accepted mails of a campaign."""
    accepted, seen = session.execute(
        select(func.count(), func.count(Delivery.feedback)).where(
            Delivery.campaign_id == campaign_id,
            Delivery.state == DeliveryState.SENT,
            Delivery.message_id.is_not(None),
            *where,
        )
    ).one()
    return Feed(accepted, seen)


def _settle_campaign(session: Session, campaign_id: int, before: datetime, now: datetime) -> int:
    due = (
        Delivery.campaign_id == campaign_id,
        Delivery.state == DeliveryState.UNKNOWN,
        Delivery.since < before,
        Delivery.resent.is_(False),
        Delivery.cause.is_distinct_from(Cause.RESTORED),
    )
    moments = session.scalars(select(Delivery.claimed_at).where(*due).distinct()).all()
    if not moments:
        return 0
    if not feed(session, campaign_id).is_healthy:
        log.warning("unknown mails are held: the event feed is not healthy", campaign=campaign_id)
        return 0
    return sum(
        _send_once_more(session, campaign_id, (*due, Delivery.claimed_at == moment), now)
        for moment in moments
        if moment is not None and feed(session, campaign_id, _around(moment)).is_healthy
    )


def _around(moment: datetime) -> ColumnElement[bool]:
    return Delivery.claimed_at.between(moment - AROUND, moment + AROUND)


def _send_once_more(
    session: Session, campaign_id: int, due: tuple[ColumnElement[bool], ...], now: datetime
) -> int:
    query = select(Delivery.id).where(*due).order_by(Delivery.id)
    ids = session.scalars(query.with_for_update(skip_locked=True)).all()
    number = deliveries.send_once_more(session, ids, now=now)
    if number:
        log.info("unknown mails are sent once more", campaign=campaign_id, count=number)
    return number
