"""Staff hear of a month in danger once for each kind, and not of what is mended meanwhile."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import cast

import pytest
from mypy_boto3_sesv2 import SESV2Client
from sqlalchemy import update

from campaigns import staff
from campaigns.models import Campaign, CampaignState, Delivery, DeliveryState, Role
from campaigns.planning import notices
from campaigns.sending import control
from campaigns.ses import account
from campaigns.watching import dangers
from kit.database import Database
from tests.content.test_reminders import FakePost
from tests.support.sending import MONTH, ManualClock, rows, sending_campaign
from tests.support.ses_events import event
from tests.watching.queue import FakeQueue

AUTHOR, APPROVER, ANALYST = "author@example.org", "approver@example.org", "analyst@example.org"
GRACE = timedelta(hours=1)


@dataclass
class NoticeSender:
    """Tells staff what is due now, as each tick does."""

    database: Database
    clock: ManualClock
    post: FakePost

    def tell(self) -> list[tuple[str, str]]:
        before = len(self.post.sent)
        notices.send_due(
            self.database,
            cast(SESV2Client, self.post),
            partial(dangers.due, grace=GRACE),
            sender="c@example.org",
            console_url="https://console.example.org",
            clock=self.clock,
        )
        return [(to, subject) for to, subject, _ in self.post.sent[before:]]


@pytest.fixture
def watcher(campaign_db: Database, now: datetime) -> NoticeSender:
    """A month of 200 mails under way, and staff of three roles."""
    sending_campaign(campaign_db, now, size=200)
    with campaign_db.writing() as session:
        for email, role in (
            (AUTHOR, Role.AUTHOR),
            (APPROVER, Role.APPROVER),
            (ANALYST, Role.ANALYST),
        ):
            staff.add(session, email=email, roles=[role], by="tests", now=now)
    return NoticeSender(campaign_db, ManualClock(now), FakePost())


def _to_both(subject: str) -> list[tuple[str, str]]:
    return [(APPROVER, subject), (AUTHOR, subject)]


def _set(database: Database, **values: object) -> None:
    with database.writing() as session:
        session.execute(update(Delivery).values(attempt_id="a", **values))


def test_a_month_that_goes_well_is_no_news(watcher: NoticeSender) -> None:
    assert [] == watcher.tell()


def test_a_pause_is_said_once_with_its_reason(watcher: NoticeSender, now: datetime) -> None:
    with watcher.database.writing() as session:
        control.pause(session, month=MONTH, by=AUTHOR, now=now)

    assert _to_both("December 2026 is paused") == watcher.tell()
    text = watcher.post.sent[0][2]
    assert f"Paused by {AUTHOR}." in text
    assert "What has not gone by Thursday 3 December at 10:00 is not sent at all." in text
    with watcher.database.writing() as session:
        control.resume(session, month=MONTH, by=AUTHOR, now=now)
        control.pause(session, month=MONTH, by=AUTHOR, now=now)
    assert [] == watcher.tell()


def test_a_pause_of_the_account_is_said_for_the_month_that_stands_still(
    watcher: NoticeSender, now: datetime
) -> None:
    with watcher.database.writing() as session:
        account.pause(session, reason="SES refuses to send for this account (X).", now=now)

    assert _to_both("December 2026 stands still: the account is paused") == watcher.tell()
    assert [] == watcher.tell()


def test_what_is_mended_before_the_email_goes_is_not_said(
    watcher: NoticeSender, now: datetime
) -> None:
    watcher.post.is_down = True
    with watcher.database.writing() as session:
        account.pause(session, reason="SES refuses", now=now)
    assert [] == watcher.tell()

    with watcher.database.writing() as session:
        account.resume(session, by=AUTHOR, now=now)
    watcher.post.is_down = False
    assert [] == watcher.tell()


@pytest.mark.parametrize(
    ("kind", "heard", "subject"),
    [
        ("Bounce", 20, "December 2026: too many addresses bounce"),
        ("Complaint", 5, "December 2026: too many people report it as spam"),
    ],
)
def test_a_month_that_stopped_by_itself_is_said_once_and_not_as_a_pause_too(
    watcher: NoticeSender, now: datetime, kind: str, heard: int, subject: str
) -> None:
    _set(watcher.database, state=DeliveryState.SENT, reply_link=None, stop_link=None)
    mails = rows(watcher.database)[:heard]
    FakeQueue([event(mail, kind) for mail in mails]).drain(watcher.database, watcher.clock)

    assert _to_both(subject) == watcher.tell()
    assert "Check-in paused the month by itself" in watcher.post.sent[0][2]
    assert [] == watcher.tell()


def test_bounces_that_come_after_the_last_mail_are_said_too(
    watcher: NoticeSender, now: datetime
) -> None:
    _set(watcher.database, state=DeliveryState.SENT, reply_link=None, stop_link=None)
    with watcher.database.writing() as session:
        session.execute(update(Campaign).values(state=CampaignState.SENT, finished_at=now))
    mails = rows(watcher.database)[:30]
    FakeQueue([event(mail, "Bounce") for mail in mails]).drain(watcher.database, watcher.clock)
    watcher.clock.turn(days=1)

    assert _to_both("December 2026: too many addresses bounce") == watcher.tell()


def test_mails_that_evidence_did_not_settle_wait_for_a_decision(
    watcher: NoticeSender, now: datetime
) -> None:
    _set(watcher.database, state=DeliveryState.UNKNOWN, since=now)
    watcher.clock.turn(minutes=70)
    assert [] == watcher.tell()

    watcher.clock.turn(seconds=1)
    assert _to_both("December 2026: some emails wait for your decision") == watcher.tell()
    assert "Of 200 emails nobody can tell whether they were sent." in watcher.post.sent[0][2]
    assert [] == watcher.tell()
