"""The state changes of campaigns that are due by time: begin, miss, close, finish. Sends nothing.

Each step is a conditional UPDATE on the state it starts from, so that two ticks at once, or one a
week late, change nothing twice. Mails are closed in chunks: the next tick goes on.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from campaigns import audit
from campaigns.models import Campaign, CampaignState, Cause, DeliveryState, Tally
from campaigns.sending import counters, deliveries, refusals, restore_detection
from campaigns.sending.terms import Trigger
from campaigns.ses.account import SYSTEM

UNSENT_STATES = (CampaignState.DRAFT, CampaignState.APPROVED, CampaignState.HANDING_OVER)
OPEN_STATES = (CampaignState.SENDING, CampaignState.PAUSED)
MISSED_REASONS = {
    CampaignState.DRAFT: "Nobody approved it in time, so it was not sent.",
    CampaignState.APPROVED: "The mailing list was not handed over in time, so it was not sent.",
    CampaignState.HANDING_OVER: "The mailing list did not arrive whole in time; nothing was sent.",
}
HELD_TOO_LONG = "It was on hold when its time was over, so it was not sent."
CLOSED_BY = {
    CampaignState.CANCELLED: Trigger.CANCELLED,
    CampaignState.MISSED: Trigger.TOO_LATE,
    CampaignState.SENT: Trigger.TOO_LATE,
}
REFUSED_ALIKE = 10
"""So many refusals for one cause, with nothing accepted since, are the message's fault."""
REFUSED_ALL = "SES refuses everybody alike ({}): look at the message."


def advance(session: Session, *, now: datetime) -> list[int]:
    """Advance every campaign to its next state; returns the ids of those to send now."""
    for step in (miss, begin, close, judge_refusals, finish):
        step(session, now=now)
    return to_send(session)


def to_send(session: Session) -> list[int]:
    """The ids of the campaigns that are being sent, the earliest first."""
    sending = select(Campaign.id).where(Campaign.state == CampaignState.SENDING)
    return list(session.scalars(sending.order_by(Campaign.send_at)))


def pause(session: Session, *, campaign_id: int, reason: str, now: datetime) -> bool:
    """Stop one campaign before its next batch; False if it was not sending."""
    return move(session, campaign_id, OPEN_STATES[:1], CampaignState.PAUSED, reason, now=now)


def pause_if_refused(session: Session, campaign_id: int, *, now: datetime, least: int) -> None:
    """Pause a campaign of which `least` mails were refused alike, with nothing accepted since."""
    for cause, number in refusals.by_cause(session, campaign_id).items():
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


def miss(session: Session, *, now: datetime) -> None:
    """Call a month missed that was not ready in time."""
    for campaign in _in_states(session, UNSENT_STATES):
        if now >= campaign.not_after:
            state = CampaignState(campaign.state)
            reason = MISSED_REASONS[state] if campaign.held_since is None else HELD_TOO_LONG
            move(session, campaign.id, [state], CampaignState.MISSED, reason, now=now)


def begin(session: Session, *, now: datetime) -> None:
    """Begin to send a month whose list is frozen and whose time has come."""
    for campaign in _in_states(session, [CampaignState.HANDING_OVER]):
        is_ready = campaign.frozen_at is not None and campaign.held_since is None
        if is_ready and campaign.send_at <= now < campaign.not_after:
            states = [CampaignState.HANDING_OVER]
            move(session, campaign.id, states, CampaignState.SENDING, now=now)
            if restore_detection.may_have_been_sent(session, campaign):
                restore_detection.hold(session, campaign, now=now)


def close(session: Session, *, now: datetime) -> int:
    """Settle a chunk of what months that are over have open; returns how many mails.

    A month that is over takes nothing back: what a worker returns after its end is closed.
    """
    sending = _in_states(session, OPEN_STATES)
    late = [(campaign.id, Trigger.TOO_LATE) for campaign in sending if now >= campaign.not_after]
    over = [(id_, CLOSED_BY[CampaignState(state)]) for id_, state in _over_and_open(session)]
    return sum(deliveries.close(session, id_, why, now=now) for id_, why in [*late, *over])


def _over_and_open(session: Session) -> list[tuple[int, str]]:
    """Months that are over and have mails that are not settled, by the tallies."""
    found = (
        select(Campaign.id, Campaign.state)
        .join(Tally, Tally.campaign_id == Campaign.id)
        .where(
            Campaign.state.in_(CLOSED_BY),
            Tally.kind == counters.STATE,
            Tally.state.in_(counters.OPEN),
        )
        .group_by(Campaign.id, Campaign.state)
        .having(func.sum(Tally.number) > 0)
    )
    return [(id_, state) for id_, state in session.execute(found)]


def judge_refusals(session: Session, *, now: datetime) -> None:
    """Refusals that nothing can follow any more: of a message that was accepted, or of all."""
    for campaign in _in_states(session, OPEN_STATES[:1]):
        if refusals.are_all_that_is_left(session, campaign.id):
            if counters.by_state(session, campaign.id)[DeliveryState.SENT]:
                refusals.confirm(session, campaign.id, now=now)
            else:
                pause_if_refused(session, campaign.id, now=now, least=1)


def finish(session: Session, *, now: datetime) -> None:
    """End a month of which every mail is settled."""
    for campaign in _in_states(session, OPEN_STATES):
        if counters.has_open(session, campaign.id):
            continue
        late = _count_late(session, campaign.id)
        target = CampaignState.MISSED if late else CampaignState.SENT
        reason = f"{late} of {campaign.audience} were not sent in time." if late else None
        move(session, campaign.id, OPEN_STATES, target, reason, now=now)


def _count_late(session: Session, campaign_id: int) -> int:
    return counters.by_cause(session, campaign_id).get((DeliveryState.SKIPPED, Cause.TOO_LATE), 0)
