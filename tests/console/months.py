"""Months in every state, as the campaign side's own code leaves them."""

from datetime import datetime, timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session

from campaigns import handover, staff
from campaigns.handover import PublishedQuestion
from campaigns.models import Campaign, CampaignState, Delivery, DeliveryState, Role
from campaigns.planning import approval, drafts
from campaigns.writing import samples
from replies.form.questions import CATALOGUE
from tests.console.site import APPROVER, AUTHOR

QUESTIONS = tuple(question.key for question in CATALOGUE)
LINKED = {DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNKNOWN}
ATTEMPTED = {DeliveryState.SENDING, DeliveryState.UNKNOWN, DeliveryState.SENT}


def publish(session: Session) -> None:
    """The platform's catalogue of questions."""
    handover.publish_questions(
        session,
        [PublishedQuestion(key, 1, f"Has your {key} changed?", {}) for key in QUESTIONS],
    )


def draft(session: Session, month: str, *, now: datetime, by: str = AUTHOR) -> Campaign:
    """A draft with the sample's text."""
    publish(session)
    return drafts.import_file(session, samples.sample_file(month), by=by, now=now)


def approved(session: Session, month: str, *, now: datetime) -> Campaign:
    """A draft that was approved a minute before `now`."""
    campaign = draft(session, month, now=now - timedelta(hours=2))
    approval.approve(session, month=month, by=APPROVER, now=now - timedelta(minutes=1))
    return campaign


def in_state(session: Session, month: str, state: CampaignState, *, now: datetime) -> Campaign:
    """A month in any state, its approval and its mailing list as that state has them."""
    if state == CampaignState.DRAFT:
        return draft(session, month, now=now)
    campaign = approved(session, month, now=now)
    campaign.state = state
    if state in {CampaignState.SENDING, CampaignState.PAUSED, CampaignState.SENT}:
        campaign.audience, campaign.frozen_at = 0, now
    if state == CampaignState.SENT:
        campaign.finished_at = now
    session.flush()
    return campaign


def deliver(
    session: Session, campaign: Campaign, state: DeliveryState, count: int, **columns: object
) -> None:
    """`count` more deliveries of one state."""
    start = campaign.audience or 0
    campaign.audience = start + count
    attempt = "attempt-0000000000001" if state in ATTEMPTED else None
    link = "https://portal.example.org/r/sample" if state in LINKED else None
    session.execute(
        insert(Delivery),
        [
            {
                "campaign_id": campaign.id,
                "address": f"tenant-{number:05d}@example.org",
                "state": state,
                "attempt_id": attempt,
                "reply_link": link,
                "stop_link": link,
                **columns,
            }
            for number in range(start, start + count)
        ],
    )
    session.flush()


def hire_second_author(session: Session, email: str, *, now: datetime) -> None:
    """Somebody else who may write, whatever else they may do."""
    staff.add(session, email=email, roles=[Role.AUTHOR], by="tests", now=now)
