"""Evidence of an attempt that comes after the mail went on: it counts, at its own address."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from campaigns.models import Delivery, Suppression
from campaigns.sending import deliveries, feedback, lifecycle
from campaigns.ses.transport import Outcome
from campaigns.ses.verdicts import Verdict
from kit.database import Database
from tests.support.sending import (
    rows,
    sending_campaign,
    states,
)
from tests.support.ses_events import event


def lost_and_queued_again(database: Database, campaign_id: int, now: datetime) -> str:
    """SES took a mail, its answer was lost, and it is queued again; returns the attempt's id."""
    with database.writing() as session:
        first = deliveries.claim(session, campaign_id=campaign_id, after=0, limit=1, now=now)
        uncertain = Outcome(first.mails[0].delivery_id, Verdict.UNCERTAIN)
        deliveries.record(session, first.attempt_id, [uncertain], now=now)
        deliveries.send_once_more(session, [first.mails[0].delivery_id], now=now)
    return first.attempt_id


def claimed_again(database: Database, campaign_id: int, now: datetime) -> str:
    with database.writing() as session:
        return deliveries.claim(
            session, campaign_id=campaign_id, after=0, limit=1, now=now
        ).attempt_id


@pytest.mark.parametrize("meanwhile", ["queued", "claimed", "given back", "too late"])
@pytest.mark.parametrize("by", ["event", "answer"])
def test_proof_of_an_earlier_attempt_counts_whatever_became_of_the_mail_since(
    campaign_db: Database, now: datetime, meanwhile: str, by: str
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=1)
    first = lost_and_queued_again(campaign_db, campaign_id, now)
    if meanwhile in ("claimed", "given back"):
        second = claimed_again(campaign_db, campaign_id, now)
        if meanwhile == "given back":
            with campaign_db.writing() as session:
                deliveries.give_back(session, second, [1], now=now)
    if meanwhile == "too late":
        with campaign_db.writing() as session:
            lifecycle.advance(session, now=now + timedelta(hours=48))
    row = rows(campaign_db)[0]
    with campaign_db.writing() as session:
        if by == "event":
            feedback.take(session, event(row, attempt_id=first), now=now)
        else:
            accepted = Outcome(row.id, Verdict.ACCEPTED, "ses-1")
            deliveries.record(session, first, [accepted], now=now)
    assert (states(campaign_db), rows(campaign_db)[0].reply_link) == (["sent"], None)


@pytest.mark.parametrize("kind", ["Send", "Bounce", "Complaint", "Reject"])
def test_an_event_for_another_address_is_about_another_list_and_changes_nothing(
    campaign_db: Database, now: datetime, kind: str
) -> None:
    sending_campaign(campaign_db, now, size=3)
    with campaign_db.writing() as session:
        held = {"state": "unknown", "attempt_id": "restored", "cause": "restored"}
        session.execute(update(Delivery).values(**held))
    stranger = event(rows(campaign_db)[0], kind, attempt_id="old", address="other@example.org")
    with campaign_db.writing() as session:
        feedback.take(session, stranger, now=now)
    assert states(campaign_db) == ["unknown"] * 3
    with campaign_db.reading() as session:
        assert session.scalars(select(Suppression.address)).all() == []
