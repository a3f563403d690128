"""What becomes of campaigns by the clock alone: begin, miss, close, finish. Never sends anything.

Each step is a conditional UPDATE on the state it starts from, so that two ticks at once, or one a
week late, change nothing twice. Mails are closed in chunks: the next tick goes on.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from campaigns import audit
from campaigns.models import Campaign, CampaignState, Cause, Delivery, DeliveryState
from campaigns.models.deliveries import FRESH, IN_FLIGHT, WAITING
from campaigns.sending import counters, deliveries, restore_detection
from campaigns.sending.transitions import Trigger
from campaigns.ses.account import SYSTEM

UNSENT_STATES = (CampaignState.DRAFT, CampaignState.APPROVED, CampaignState.HANDING_OVER)
OPEN_STATES = (CampaignState.SENDING, CampaignState.PAUSED)
MISSED_REASONS = {
    CampaignState.DRAFT: "Nobody approved it in time, so it was not sent.",
    CampaignState.APPROVED: "The mailing list was not handed over in time, so it was not sent.",
    CampaignState.HANDING_OVER: "The mailing list did not arrive whole in time; nothing was sent.",
}
CLOSED_BY = {
    CampaignState.CANCELLED: Trigger.CANCELLED,
    CampaignState.MISSED: Trigger.TOO_LATE,
    CampaignState.SENT: Trigger.TOO_LATE,
}
OPEN_MAILS = (FRESH, WAITING, IN_FLIGHT)
REFUSED_ALIKE = 10
"""So many refusals for one cause, with nothing accepted since, are the message's fault."""
REFUSED_ALL = "SES refuses everybody alike ({}): look at the message."


def advance(session: Session, *, now: datetime) -> list[int]:
    """Take every campaign the step that is due; returns the ids of those to send now."""
    _miss(session, now)
    _begin(session, now)
    _close(session, now)
    _judge_refusals(session, now)
    _finish(session, now)
    sending = select(Campaign.id).where(Campaign.state == CampaignState.SENDING)
    return list(session.scalars(sending.order_by(Campaign.send_at)))


def pause(session: Session, *, campaign_id: int, reason: str, now: datetime) -> bool:
    """Stop one campaign before its next batch; False if it was not sending."""
    return move(session, campaign_id, OPEN_STATES[:1], CampaignState.PAUSED, reason, now=now)


def pause_if_refused(session: Session, campaign_id: int, *, now: datetime, least: int) -> None:
    """Pause a campaign of which `least` mails were refused alike, with nothing accepted since."""
    for cause, number in deliveries.refused(session, campaign_id).items():
        if number >= least:
            pause(session, campaign_id=campaign_id, reason=REFUSED_ALL.format(cause), now=now)


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
    month = session.scalar(
        update(Campaign)
        .where(Campaign.id == campaign_id, Campaign.state.in_(tuple(sources)))
        .values(state=target, state_reason=reason, finished_at=now if target in CLOSED_BY else None)
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
            reason = MISSED_REASONS[state]
            move(session, campaign.id, [state], CampaignState.MISSED, reason, now=now)


def _begin(session: Session, now: datetime) -> None:
    for campaign in _in_states(session, [CampaignState.HANDING_OVER]):
        if campaign.frozen_at is not None and campaign.send_at <= now < campaign.not_after:
            states = [CampaignState.HANDING_OVER]
            move(session, campaign.id, states, CampaignState.SENDING, now=now)
            if restore_detection.may_have_been_sent(session, campaign):
                restore_detection.hold(session, campaign, now=now)


def _close(session: Session, now: datetime) -> None:
    """A month that is over takes nothing back: what a worker returns after its end is closed."""
    for campaign in _in_states(session, OPEN_STATES):
        if now >= campaign.not_after:
            deliveries.close(session, campaign.id, Trigger.TOO_LATE, now=now)
    is_open = or_(
        *(exists().where(Delivery.campaign_id == Campaign.id, which) for which in OPEN_MAILS)
    )
    over = select(Campaign.id, Campaign.state).where(Campaign.state.in_(CLOSED_BY), is_open)
    for campaign_id, state in session.execute(over).all():
        deliveries.close(session, campaign_id, CLOSED_BY[CampaignState(state)], now=now)


def _judge_refusals(session: Session, now: datetime) -> None:
    """Refusals that nothing can follow any more: of a message that was accepted, or of all."""
    for campaign in _in_states(session, OPEN_STATES[:1]):
        if deliveries.only_refused_left(session, campaign.id):
            if counters.by_state(session, campaign.id)[DeliveryState.SENT]:
                deliveries.confirm_refusals(session, campaign.id, now=now)
            else:
                pause_if_refused(session, campaign.id, now=now, least=1)


def _finish(session: Session, now: datetime) -> None:
    for campaign in _in_states(session, OPEN_STATES):
        if deliveries.has_open(session, campaign.id):
            continue
        late = _count_late(session, campaign.id)
        target = CampaignState.MISSED if late else CampaignState.SENT
        reason = f"{late} of {campaign.audience} were not sent in time." if late else None
        move(session, campaign.id, OPEN_STATES, target, reason, now=now)


def _count_late(session: Session, campaign_id: int) -> int:
    return counters.by_cause(session, campaign_id).get((DeliveryState.SKIPPED, Cause.TOO_LATE), 0)
