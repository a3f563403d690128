"""Staff's control of a campaign: pause, resume, cancel, decide on mails with unknown outcome.

Each takes effect before the next batch, because workers read the state before every batch.
"""

from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import audit, staff
from campaigns.models import Campaign, CampaignState, MonthStep, Role, StepKind
from campaigns.sending import deliveries, lifecycle, refusals
from campaigns.ses import account
from campaigns.writing import versions
from kit.errors import NotFound, Refused
from kit.months import named

Resolution = Literal["send", "leave"]

MAY_CONTROL = (Role.AUTHOR, Role.APPROVER, Role.ADMIN)
NOTE_LIMIT = 2_000
BEFORE_SENDING = (CampaignState.DRAFT, CampaignState.APPROVED, CampaignState.HANDING_OVER)


def pause(session: Session, *, month: str, by: str, now: datetime) -> None:
    """Stop a campaign that is being sent."""
    campaign = _find(session, month, by)
    reason = f"Paused by {by}."
    sources = [CampaignState.SENDING]
    if not lifecycle.move(
        session, campaign.id, sources, CampaignState.PAUSED, reason, now=now, by=by
    ):
        raise Refused(f"{versions.standing(campaign)}; only a campaign being sent can be paused.")


def resume(session: Session, *, month: str, by: str, now: datetime) -> None:
    """Resume a paused campaign, and end the account's pause if there is one.

    Mails that SES refused, with none accepted since, are tried again.
    """
    campaign = _find(session, month, by)
    refusals.release(session, campaign.id, now=now)
    was_account = account.paused_because(session, now=now) is not None
    if was_account:
        account.resume(session, by=by, now=now)
    sources = [CampaignState.PAUSED]
    moved = lifecycle.move(session, campaign.id, sources, CampaignState.SENDING, now=now, by=by)
    if not moved and not was_account:
        raise Refused(f"{versions.standing(campaign)}; there is nothing to resume.")


def cancel(session: Session, *, month: str, by: str, now: datetime, note: str = "") -> None:
    """End a campaign for good: what is still queued is not sent; what was sent stays sent.

    Only the campaign's own row is changed, so that this waits for no worker. Each worker stops
    before its next request, and the ticks close the queue. The others are told of the step.
    """
    campaign = _find(session, month, by)
    sources = (*BEFORE_SENDING, *lifecycle.OPEN_STATES)
    note = note.strip()[:NOTE_LIMIT]
    reason = f"Cancelled by {by}." + (f" “{note}”" if note else "")
    if not lifecycle.move(
        session, campaign.id, sources, CampaignState.CANCELLED, reason, now=now, by=by
    ):
        raise Refused(f"{versions.standing(campaign)}; it cannot be cancelled.")
    session.add(
        MonthStep(
            campaign_id=campaign.id,
            kind=StepKind.CANCELLED,
            who=by,
            at=now,
            version=campaign.version,
            note=note or None,
        )
    )
    session.flush()


def resolve(session: Session, *, month: str, unknown: Resolution, by: str, now: datetime) -> int:
    """Decide on the mails whose outcome stayed unknown: send them once more, or leave them.

    Returns how many that were. Sending again may mail somebody twice, which is staff's decision.
    """
    campaign = _find(session, month, by)
    if unknown == "send" and campaign.state not in lifecycle.OPEN_STATES:
        raise Refused(f"{versions.standing(campaign)}; nothing of it can be sent any more.")
    count = deliveries.resolve(session, campaign.id, send=unknown == "send", now=now)
    action = f"unknown mails: {unknown}"
    audit.record(session, who=by, action=action, now=now, month=month, count=count)
    return count


def _find(session: Session, month: str, by: str) -> Campaign:
    staff.require(session, by, *MAY_CONTROL)
    campaign = session.scalar(select(Campaign).where(Campaign.month == month))
    if campaign is None:
        raise NotFound(f"There is no campaign for {named(month)}.")
    return campaign
