"""Warn staff about months in danger, once per kind and month.

Warnings follow from the current state, not from events: a problem that is solved before SES accepts
the email is not reported.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, CampaignState, Delivery, DeliveryState
from campaigns.models.deliveries import IN_FLIGHT
from campaigns.planning.notices import EVERYBODY_AT_WORK, Notice, written
from campaigns.sending import counters, reputation
from campaigns.sending.lifecycle import OPEN_STATES
from campaigns.ses import account

TOLD_AFTER_THE_END = timedelta(days=7)
"""Most bounces and complaints come when a month has gone out."""
HELD_AFTER = timedelta(minutes=10)
"""Past the grace, evidence would have settled it at the next tick."""


class DangerKind(StrEnum):
    """What is wrong."""

    PAUSED = "paused"
    ACCOUNT = "account-paused"
    BOUNCES = "bounces"
    COMPLAINTS = "complaints"
    UNKNOWN = "unknown"


SUBJECTS = {
    DangerKind.PAUSED: "{} is paused",
    DangerKind.ACCOUNT: "{} stands still: the account is paused",
    DangerKind.BOUNCES: "{}: too many addresses bounce",
    DangerKind.COMPLAINTS: "{}: too many people report it as spam",
    DangerKind.UNKNOWN: "{}: some emails wait for your decision",
}
OF_LIMIT = {reputation.BOUNCES: DangerKind.BOUNCES, reputation.COMPLAINTS: DangerKind.COMPLAINTS}


def due(session: Session, *, now: datetime, grace: timedelta) -> Iterator[Notice]:
    """Return the warnings that are due about months being sent or just sent."""
    is_recent = Campaign.finished_at > now - TOLD_AFTER_THE_END
    recent = select(Campaign).where(or_(Campaign.state.in_(OPEN_STATES), is_recent))
    for campaign in session.scalars(recent).all():
        yield from _of_pauses(session, campaign, now)
        yield from _of_reputation(session, campaign)
        yield from _of_unknown(session, campaign, now - grace - HELD_AFTER)


def _of_pauses(session: Session, campaign: Campaign, now: datetime) -> Iterator[Notice]:
    ends = f"What has not gone by {written(campaign.not_after)} is not sent at all."
    reason = campaign.state_reason or "Somebody paused it."
    stands_still = account.paused_because(session, now=now)
    if campaign.state == CampaignState.PAUSED and not reason.startswith(reputation.BY_ITSELF):
        yield _notice(
            campaign, DangerKind.PAUSED, reason, "It goes on when somebody resumes it.", ends
        )
    if campaign.state in OPEN_STATES and stands_still:
        yield _notice(campaign, DangerKind.ACCOUNT, stands_still, ends)


def _of_reputation(session: Session, campaign: Campaign) -> Iterator[Notice]:
    paused = (campaign.state_reason or "").startswith(reputation.BY_ITSELF)
    next_step = "Check-in paused the month by itself: look at the list, then resume or cancel it."
    if not paused:
        next_step = "Look at the list before the next month goes."
    for breach in reputation.breaches(session, campaign.id):
        yield _notice(campaign, OF_LIMIT[breach.limit], breach.sentence, next_step)


def _of_unknown(session: Session, campaign: Campaign, before: datetime) -> Iterator[Notice]:
    is_held = exists().where(
        Delivery.campaign_id == campaign.id,
        IN_FLIGHT,
        Delivery.state == DeliveryState.UNKNOWN,
        Delivery.since < before,
    )
    if campaign.state in OPEN_STATES and session.scalar(select(is_held)):
        number = counters.by_state(session, campaign.id)[DeliveryState.UNKNOWN]
        unsure = f"Of {number:,} emails nobody can tell whether they were sent."
        choice = "Send them once more, and some people get two; or leave them, and some get none."
        yield _notice(campaign, DangerKind.UNKNOWN, unsure, choice)


def _notice(campaign: Campaign, kind: DangerKind, *lines: str) -> Notice:
    return Notice(campaign.month, kind, EVERYBODY_AT_WORK, SUBJECTS[kind], lines)
