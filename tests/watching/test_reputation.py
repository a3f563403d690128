"""A month that bounces or is reported as spam stops by itself, once a step, and never for a few."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from campaigns import staff
from campaigns.models import CampaignState, Delivery, DeliveryState, Reminder, Role
from campaigns.sending import control, worker
from campaigns.sending.reputation import ACCEPTED_MIN, BOUNCES, COMPLAINTS
from kit.database import Database
from tests.support.sending import (
    MONTH,
    ManualClock,
    ScriptedSes,
    campaign_of,
    rows,
    send_context,
    sending_campaign,
)
from tests.support.ses_events import event
from tests.watching.queue import FakeQueue

STAFF = "approver@example.org"
BATCH = 50


def _sent(database: Database, now: datetime, *, accepted: int) -> list[Delivery]:
    """A month under way of which so many mails were accepted, and one still waits."""
    sending_campaign(database, now, size=accepted + 1)
    with database.writing() as session:
        staff.add(session, email=STAFF, roles=[Role.APPROVER], by="tests", now=now)
        session.execute(
            update(Delivery)
            .where(Delivery.id <= accepted)
            .values(
                state=DeliveryState.SENT,
                attempt_id="a",
                message_id="m",
                reply_link=None,
                stop_link=None,
            )
        )
    return rows(database)[:-1]


def _hear(database: Database, mails: list[Delivery], kind: str, now: datetime) -> None:
    FakeQueue([event(mail, kind) for mail in mails]).drain(database, ManualClock(now))


def _state(database: Database) -> tuple[str, str]:
    campaign = campaign_of(database, 1)
    return campaign.state, campaign.state_reason or ""


def _stops(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Reminder.kind).order_by(Reminder.kind)))


@pytest.mark.parametrize(
    ("kind", "accepted", "last", "sentence"),
    [
        ("Bounce", 500, 20, "4 % of the emails bounced (20 of 500); Amazon reviews an account"),
        ("Complaint", 1_250, 5, "0.4 % of the emails were reported as spam (5 of 1,250); Amazon"),
    ],
)
def test_a_month_pauses_at_the_step_and_not_one_mail_before(
    campaign_db: Database, now: datetime, kind: str, accepted: int, last: int, sentence: str
) -> None:
    mails = _sent(campaign_db, now, accepted=accepted)

    _hear(campaign_db, mails[: last - 1], kind, now)
    assert CampaignState.SENDING == _state(campaign_db)[0]

    _hear(campaign_db, mails[last - 1 : last], kind, now)
    state, reason = _state(campaign_db)
    assert CampaignState.PAUSED == state
    assert f"Paused by itself: {sentence}" in reason


@pytest.mark.parametrize(
    ("kind", "accepted", "heard"),
    [
        ("Bounce", ACCEPTED_MIN - 1, 60),
        ("Bounce", 200, BOUNCES.at_least - 1),
        ("Complaint", 200, COMPLAINTS.at_least - 1),
    ],
)
def test_a_few_never_stop_a_month(
    campaign_db: Database, now: datetime, kind: str, accepted: int, heard: int
) -> None:
    mails = _sent(campaign_db, now, accepted=accepted)

    _hear(campaign_db, mails[:heard], kind, now)

    assert (CampaignState.SENDING, "") == _state(campaign_db)


def test_a_mailbox_that_is_full_for_now_is_no_bounce(campaign_db: Database, now: datetime) -> None:
    mails = _sent(campaign_db, now, accepted=200)
    for_now = {"bounce": {"bounceType": "Transient", "bounceSubType": "MailboxFull"}}
    FakeQueue([event(mail, "Bounce", part=for_now) for mail in mails[:100]]).drain(
        campaign_db, ManualClock(now)
    )

    assert (CampaignState.SENDING, "") == _state(campaign_db)


def test_whoever_resumes_it_is_stopped_once_more_at_the_next_step_only(
    campaign_db: Database, now: datetime
) -> None:
    mails = _sent(campaign_db, now, accepted=500)
    for heard in (mails[:20], mails[20:39], mails[39:40], mails[40:60]):
        _hear(campaign_db, heard, "Bounce", now)
        if _state(campaign_db)[0] == CampaignState.PAUSED:
            with campaign_db.writing() as session:
                control.resume(session, month=MONTH, by=STAFF, now=now)

    assert ["bounce 4 %", "bounce 8 %"] == _stops(campaign_db)


def test_a_pause_takes_effect_before_the_next_batch(campaign_db: Database, now: datetime) -> None:
    """While the fourth batch is at SES, the bounces of the first two are heard of."""
    campaign_id = sending_campaign(campaign_db, now, size=8 * BATCH)
    clock = ManualClock(now)

    def bounce_meanwhile(request: dict[str, Any]) -> list[str]:
        _hear(campaign_db, rows(campaign_db)[: 2 * BATCH], "Bounce", now)
        return ["SUCCESS"] * len(request["BulkEmailEntries"])

    ses = ScriptedSes(script=["SUCCESS"] * 3 + [bounce_meanwhile])
    worker.run(send_context(campaign_db, ses, clock), campaign_id, seconds=60)

    assert 4 * BATCH == len(ses.accepted)
    assert CampaignState.PAUSED == _state(campaign_db)[0]
    left = [row for row in rows(campaign_db) if row.state == DeliveryState.QUEUED]
    assert 4 * BATCH == len(left)
