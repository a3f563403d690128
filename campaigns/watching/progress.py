"""How a campaign is going, in numbers. Nothing here speaks of replies."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.models import (
    Approval,
    AuditEntry,
    Campaign,
    CampaignState,
    DeliveryState,
    Sender,
)
from campaigns.sending import counters
from kit.errors import NotFound
from kit.months import named

OPEN = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNKNOWN)
BEGAN, STOPPED = f"campaign {CampaignState.SENDING}", f"campaign {CampaignState.PAUSED}"
SHORTEST_LOOK = 1.0
"""Seconds of sending before a rate means anything."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Mails settled a second so far, and how many still wait."""

    a_second: float
    waiting: int

    @property
    def left(self) -> timedelta:
        """How long the rest takes at this rate."""
        return timedelta(seconds=self.waiting / self.a_second)


def show(session: Session, month: str) -> dict[str, Any]:
    """A campaign as `checkin campaigns show MONTH --json` prints it; times are ISO 8601 in UTC."""
    campaign = session.scalar(select(Campaign).where(Campaign.month == month))
    if campaign is None:
        raise NotFound(f"There is no campaign for {named(month)}.")
    heard = counters.by_feedback(session, campaign.id)
    return {
        "month": campaign.month,
        "state": shown_state(session, campaign),
        "send_at": campaign.send_at.isoformat(),
        "not_after": campaign.not_after.isoformat(),
        "content_hash": campaign.content_hash,
        "approved_by": _approved_by(session, campaign),
        "audience": campaign.audience,
        "deliveries": counts(session, campaign.id),
        "bounced": heard.get("bounce", 0),
        "complained": heard.get("complaint", 0),
    }


def counts(session: Session, campaign_id: int) -> dict[str, int]:
    """How many deliveries are in each state; every state is named."""
    return counters.by_state(session, campaign_id)


def causes(session: Session, campaign_id: int) -> dict[tuple[str, str], int]:
    """How many deliveries there are by (state, cause), where a cause is known."""
    return counters.by_cause(session, campaign_id)


def pace(session: Session, campaign: Campaign, *, now: datetime) -> Pace | None:
    """How fast a campaign being sent has gone, its pauses left out; None before it can be told."""
    if campaign.state != CampaignState.SENDING:
        return None
    numbers = counts(session, campaign.id)
    done = sum(numbers.values()) - sum(numbers[state] for state in OPEN)
    seconds = _seconds_under_way(session, campaign.month, now)
    if not done or seconds < SHORTEST_LOOK:
        return None
    return Pace(a_second=done / seconds, waiting=numbers[DeliveryState.QUEUED])


def is_settled(shown: dict[str, Any]) -> bool:
    """Whether every delivery of a shown campaign is settled."""
    return all(shown["deliveries"][state] == 0 for state in OPEN)


def shown_state(session: Session, campaign: Campaign) -> str:
    """The campaign's state; a sending campaign shows as paused while the account is."""
    if campaign.state == CampaignState.SENDING:
        sender = session.get(Sender, 1)
        if sender is not None and sender.paused_since is not None:
            return CampaignState.PAUSED
    return campaign.state


def _approved_by(session: Session, campaign: Campaign) -> str | None:
    return session.scalar(
        select(Approval.approved_by)
        .where(Approval.campaign_id == campaign.id, Approval.voided_at.is_(None))
        .order_by(Approval.id.desc())
        .limit(1)
    )


def _seconds_under_way(session: Session, month: str, now: datetime) -> float:
    """How long a campaign was being sent until now, by its own audit."""
    moves = session.execute(
        select(AuditEntry.at, AuditEntry.action)
        .where(AuditEntry.month == month, AuditEntry.action.in_((BEGAN, STOPPED)))
        .order_by(AuditEntry.id)
    )
    seconds, since = 0.0, None
    for at, action in moves:
        if since is not None:
            seconds += (at - since).total_seconds()
        since = at if action == BEGAN else None
    return seconds + ((now - since).total_seconds() if since is not None else 0.0)
