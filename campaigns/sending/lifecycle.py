"""What becomes of campaigns by the clock alone: begin, miss, close, finish. Never sends anything.

Each step is a conditional UPDATE on the state it starts from, so that two ticks at once, or one a
week late, change nothing twice.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from campaigns import audit
from campaigns.models import Campaign, CampaignState, Delivery, DeliveryState
from campaigns.sending import delivery
from campaigns.ses.account import SYSTEM

UNSENT_STATES = (CampaignState.DRAFT, CampaignState.APPROVED, CampaignState.HANDING_OVER)
OPEN_STATES = (CampaignState.SENDING, CampaignState.PAUSED)
MISSED_REASONS = {
    CampaignState.DRAFT: "Nobody approved it in time, so it was not sent.",
    CampaignState.APPROVED: "The mailing list was not handed over in time, so it was not sent.",
    CampaignState.HANDING_OVER: "The mailing list did not arrive whole in time; nothing was sent.",
}


def advance(session: Session, *, now: datetime) -> list[int]:
    """Take every campaign the step that is due; returns the ids of those to send now."""
    _miss(session, now)
    _begin(session, now)
    _close(session, now)
    _finish(session, now)
    sending = select(Campaign.id).where(Campaign.state == CampaignState.SENDING)
    return list(session.scalars(sending.order_by(Campaign.send_at)))


def pause(session: Session, *, campaign_id: int, reason: str, now: datetime) -> bool:
    """Stop one campaign before its next batch; False if it was not sending."""
    return move(session, campaign_id, OPEN_STATES[:1], CampaignState.PAUSED, reason, now=now)


def move(
    session: Session,
    campaign_id: int,
    sources: Iterable[CampaignState],
    target: CampaignState,
    reason: str | None = None,
    *,
    now: datetime,
    by: str = SYSTEM,
) -> bool:
    """Change a campaign's state if it is in one of `sources`, with its audit row; False if not."""
    ends = target in {CampaignState.SENT, CampaignState.MISSED, CampaignState.CANCELLED}
    month = session.scalar(
        update(Campaign)
        .where(Campaign.id == campaign_id, Campaign.state.in_(tuple(sources)))
        .values(state=target, state_reason=reason, finished_at=now if ends else None)
        .returning(Campaign.month),
        execution_options={"synchronize_session": "fetch"},
    )
    if month is None:
        return False
    audit.record(session, who=by, action=f"campaign {target}", now=now, month=month, reason=reason)
    return True


def _in_states(session: Session, states: Iterable[CampaignState]) -> list[Campaign]:
    query = select(Campaign).where(Campaign.state.in_(tuple(states))).order_by(Campaign.send_at)
    return list(session.scalars(query))


def _miss(session: Session, now: datetime) -> None:
    for campaign in _in_states(session, UNSENT_STATES):
        if now >= campaign.not_after:
            state = CampaignState(campaign.state)
            delivery.skip_queued(session, campaign_id=campaign.id, cause=delivery.TOO_LATE, now=now)
            reason = MISSED_REASONS[state]
            move(session, campaign.id, [state], CampaignState.MISSED, reason, now=now)


def _begin(session: Session, now: datetime) -> None:
    for campaign in _in_states(session, [CampaignState.HANDING_OVER]):
        if campaign.frozen_at is not None and campaign.send_at <= now < campaign.not_after:
            states = [CampaignState.HANDING_OVER]
            move(session, campaign.id, states, CampaignState.SENDING, now=now)


def _close(session: Session, now: datetime) -> None:
    for campaign in _in_states(session, OPEN_STATES):
        if now >= campaign.not_after:
            delivery.skip_queued(session, campaign_id=campaign.id, cause=delivery.TOO_LATE, now=now)


def _finish(session: Session, now: datetime) -> None:
    for campaign in _in_states(session, OPEN_STATES):
        if delivery.has_open(session, campaign.id):
            continue
        late = _count_late(session, campaign.id)
        target = CampaignState.MISSED if late else CampaignState.SENT
        reason = f"{late} of {campaign.audience} were not sent in time." if late else None
        move(session, campaign.id, OPEN_STATES, target, reason, now=now)


def _count_late(session: Session, campaign_id: int) -> int:
    return (
        session.scalar(
            select(func.count()).where(
                Delivery.campaign_id == campaign_id,
                Delivery.state == DeliveryState.SKIPPED,
                Delivery.cause == delivery.TOO_LATE,
            )
        )
        or 0
    )
