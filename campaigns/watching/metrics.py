"""The campaign side's metrics for Prometheus, cheap for lists of any length.

Counts come from `tallies`, and the oldest waiting mail from a partial index. No metric is about a
reply, and labels hold only words from this code.
"""

from collections.abc import Iterator
from datetime import datetime

from prometheus_client.metrics_core import Metric
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.models import (
    Campaign,
    CampaignJob,
    CampaignState,
    Delivery,
    DeliveryState,
    Heartbeat,
    PublishedRelease,
    ReleaseState,
    Sender,
    Tally,
)
from campaigns.models.deliveries import IN_FLIGHT
from campaigns.sending import counters, set_aside
from campaigns.sending.feedback import NEVER_LEFT
from campaigns.ses.account import NO_DAILY_LIMIT
from kit import exposition, heartbeats
from kit.exposition import counter, gauge, gauges

ON_THE_WAY = (
    CampaignState.APPROVED,
    CampaignState.HANDING_OVER,
    CampaignState.SENDING,
    CampaignState.PAUSED,
)
HEARD = ("send", "delivery", "bounce", "complaint")


def read(session: Session, *, now: datetime) -> Iterator[Metric]:
    """Yield every metric of the campaign side."""
    campaigns = list(session.scalars(select(Campaign)))
    moving = [campaign for campaign in campaigns if campaign.state in ON_THE_WAY]
    yield from _of_campaigns(campaigns, moving, now)
    yield from _of_mails(session, moving, now)
    yield from _of_account(session.get(Sender, 1) or Sender(id=1), now)
    told = "Messages from SES that could not be read."
    yield gauge("set_aside", told, set_aside.count(session))
    yield from exposition.job_metrics(
        CampaignJob, heartbeats.last_runs(session, Heartbeat), now=now
    )
    yield _releases(session)


def _of_campaigns(
    campaigns: list[Campaign], moving: list[Campaign], now: datetime
) -> Iterator[Metric]:
    states = [campaign.state for campaign in campaigns]
    numbers = {state.value: float(states.count(state)) for state in CampaignState}
    yield gauges("campaigns", "Months by state.", "state", numbers)
    overdue = max((_seconds(campaign.send_at, now) for campaign in moving), default=0.0)
    yield gauge("oldest_due_seconds", "Since the oldest month not finished was due.", overdue)


def _of_mails(session: Session, moving: list[Campaign], now: datetime) -> Iterator[Metric]:
    states = dict.fromkeys((state.value for state in DeliveryState), 0)
    heard = dict.fromkeys(HEARD, 0)
    oldest = now
    for campaign in moving:
        for state, number in counters.by_state(session, campaign.id).items():
            states[state] += number
        for kind, number in counters.by_feedback(session, campaign.id).items():
            heard[kind] += number
        oldest = min(oldest, _oldest_in_flight(session, campaign.id) or now)
    sent = states[DeliveryState.SENT]
    yield gauges("deliveries", "Mails of the months on their way.", "state", states)
    yield gauge("oldest_in_flight_seconds", "Longest without an outcome.", _seconds(oldest, now))
    yield counter("accepted", "Mails that SES accepted, ever.", _accepted(session))
    for kind, name in (("bounce", "bounced"), ("complaint", "complained")):
        told = f"Share of the accepted mails of the months on their way that {name}."
        yield gauge(f"{kind}_ratio", told, heard[kind] / sent if sent else 0.0)
    seen = min(1.0, sum(heard.values()) / sent) if sent else 1.0
    yield gauge("feed_seen_ratio", "Share of the accepted mails that an event came for.", seen)


def _oldest_in_flight(session: Session, campaign_id: int) -> datetime | None:
    return session.scalar(
        select(Delivery.since)
        .where(Delivery.campaign_id == campaign_id, IN_FLIGHT)
        .order_by(Delivery.since)
        .limit(1)
    )


def _accepted(session: Session) -> int:
    """What SES took and dropped afterwards was accepted too, so that this never falls."""
    is_sent = Tally.state == DeliveryState.SENT
    was_dropped = Tally.cause.in_(tuple(NEVER_LEFT.values()))
    total = select(func.sum(Tally.number)).where(Tally.kind == counters.STATE)
    return int(session.scalar(total.where(is_sent | was_dropped)) or 0)


def _of_account(sender: Sender, now: datetime) -> Iterator[Metric]:
    yield gauge("paused", "1 while the account is paused.", sender.paused_since is not None)
    if sender.limits_read_at is not None:
        yield gauge("rate_limit", "Recipients a second that SES allows.", sender.max_send_rate or 0)
    if sender.daily_quota is not None and sender.daily_quota != NO_DAILY_LIMIT:
        left = max(0.0, sender.daily_quota - (sender.sent_last_day or 0))
        yield gauge("quota_left", "Recipients that SES still allows today.", left)
    if sender.events_read_at is not None:
        lag = _seconds(sender.events_read_at, now)
        yield gauge("events_lag_seconds", "Since the event queue was last read to its end.", lag)


def _releases(session: Session) -> Metric:
    found = select(PublishedRelease.state, func.count()).group_by(PublishedRelease.state)
    numbers = dict.fromkeys((state.value for state in ReleaseState), 0.0)
    numbers |= {state: float(number) for state, number in session.execute(found)}
    return gauges("releases", "Months whose figures are settled, by state.", "state", numbers)


def _seconds(since: datetime, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds())
