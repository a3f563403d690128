"""Staff are told once of each thing that a month needs from them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from botocore.exceptions import EndpointConnectionError
from mypy_boto3_sesv2 import SESV2Client

from campaigns import staff
from campaigns.models import Role
from campaigns.planning import approval, conversation, notices, reminders, series
from campaigns.sending import lifecycle
from kit.database import Database
from tests.console import months
from tests.console.site import APPROVER, AUTHOR

OPENS = datetime(2026, 11, 17, 10, 1, tzinfo=UTC)
SENDS = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
CONSOLE = "https://console.example.org"


@dataclass
class FakePost:
    """Stands in for an SES client; keeps (address, subject, text), or fails."""

    sent: list[tuple[str, str, str]] = field(default_factory=list)
    is_down: bool = False

    def send_email(self, **request: Any) -> None:
        if self.is_down:
            raise EndpointConnectionError(endpoint_url="https://ses.example.org")
        content = request["Content"]["Simple"]
        (to,) = request["Destination"]["ToAddresses"]
        self.sent.append((to, content["Subject"]["Data"], content["Body"]["Text"]["Data"]))


def _hire(database: Database) -> None:
    with database.writing() as session:
        months.publish(session)
        for email, role in ((AUTHOR, Role.AUTHOR), (APPROVER, Role.APPROVER)):
            staff.add(session, email=email, roles=[role], by="tests", now=OPENS)


def _remind(database: Database, post: FakePost, now: datetime) -> list[tuple[str, str]]:
    before = len(post.sent)
    client = cast(SESV2Client, post)
    notices.send_due(
        database,
        client,
        reminders.due,
        sender="c@example.org",
        console_url=CONSOLE,
        clock=lambda: now,
    )
    return [(to, subject) for to, subject, _ in post.sent[before:]]


def test_authors_hear_once_that_the_draft_is_open(campaign_db: Database) -> None:
    _hire(campaign_db)
    post = FakePost()
    with campaign_db.writing() as session:
        series.open_drafts(session, now=OPENS)

    assert [(AUTHOR, "December 2026: the draft is open")] == _remind(campaign_db, post, OPENS)
    assert f"{CONSOLE}/campaigns/2026-12" in post.sent[0][2]
    assert [] == _remind(campaign_db, post, OPENS + timedelta(hours=1))


def test_a_month_without_an_approval_is_said_louder_as_it_comes_near(
    campaign_db: Database,
) -> None:
    _hire(campaign_db)
    post = FakePost()
    with campaign_db.writing() as session:
        series.open_drafts(session, now=OPENS)
    said = [_remind(campaign_db, post, SENDS - timedelta(days=days)) for days in (9, 3, 2, 1)]

    assert [1, 2, 0, 2] == [len(each) for each in said]
    assert (APPROVER, "December 2026 is not approved yet") in said[1]
    assert (APPROVER, "December 2026 is about to go and is not approved") in said[3]


def test_a_reminder_repeats_what_was_last_said(campaign_db: Database) -> None:
    _hire(campaign_db)
    post = FakePost()
    with campaign_db.writing() as session:
        months.draft(session, "2026-12", now=OPENS)
        conversation.ask(session, month="2026-12", by=AUTHOR, now=OPENS, note="Is it clear?")
    _remind(campaign_db, post, SENDS - timedelta(days=3))
    assert {True} == {"asks you to read" in text for _, _, text in post.sent}
    assert {True} == {"“Is it clear?”" in text for _, _, text in post.sent}

    with campaign_db.writing() as session:
        conversation.send_back(
            session, month="2026-12", by=APPROVER, now=OPENS, note="Which year?", field="closing"
        )
    post.sent.clear()
    _remind(campaign_db, post, SENDS - timedelta(hours=20))
    assert {True} == {"“Closing”: “Which year?”" in text for _, _, text in post.sent}


def test_an_approved_month_needs_no_reminder(campaign_db: Database) -> None:
    _hire(campaign_db)
    with campaign_db.writing() as session:
        months.draft(session, "2026-12", now=OPENS)
        approval.approve(session, month="2026-12", by=APPROVER, now=OPENS)

    assert [] == _remind(campaign_db, FakePost(), SENDS - timedelta(days=1))


def test_a_missed_month_is_said_to_everybody_who_works_on_it(campaign_db: Database) -> None:
    _hire(campaign_db)
    after = SENDS + timedelta(days=2)
    with campaign_db.writing() as session:
        months.draft(session, "2026-12", now=OPENS)
        lifecycle.advance(session, now=after)

    assert [
        (APPROVER, "December 2026 was missed: nobody got an email"),
        (AUTHOR, "December 2026 was missed: nobody got an email"),
    ] == _remind(campaign_db, FakePost(), after)


def test_what_ses_did_not_take_is_tried_again(campaign_db: Database) -> None:
    _hire(campaign_db)
    post = FakePost(is_down=True)
    with campaign_db.writing() as session:
        series.open_drafts(session, now=OPENS)
    failed = _remind(campaign_db, post, OPENS)
    post.is_down = False

    assert [] == failed
    assert 1 == len(_remind(campaign_db, post, OPENS + timedelta(minutes=1)))
