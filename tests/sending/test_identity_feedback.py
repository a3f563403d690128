"""Feedback without our tags is matched by its message id; a complaint that is none counts not."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from campaigns import suppression
from campaigns.models import Delivery
from campaigns.sending import deliveries, feedback
from campaigns.ses.transport import Outcome
from campaigns.ses.verdicts import Verdict
from kit.database import Database
from tests.support.sending import address, rows, sending_campaign
from tests.support.ses_events import PARTS, WHEN, event, wrapped

NOT_SPAM = {"complaint": {"timestamp": WHEN, "complaintFeedbackType": "not-spam"}}


@pytest.fixture
def sent(campaign_db: Database, now: datetime) -> Delivery:
    """One mail that SES took as `ses-1`."""
    campaign_id = sending_campaign(campaign_db, now, size=2)
    with campaign_db.writing() as session:
        deliveries.claim(session, campaign_id=campaign_id, after=0, limit=1, now=now)
    row = rows(campaign_db)[0]
    with campaign_db.writing() as session:
        outcome = Outcome(row.id, Verdict.ACCEPTED, "ses-1", None)
        deliveries.record(session, row.attempt_id or "", [outcome], now=now)
    return rows(campaign_db)[0]


def take(database: Database, now: datetime, body: str) -> tuple[str, str | None, list[str]]:
    """The row's state, what was heard of it, and why its address is suppressed."""
    with database.writing() as session:
        feedback.take(session, body, now=now)
    with database.reading() as session:
        reasons = [found.kind for found in suppression.reasons(session, address(1))]
    row = rows(database)[0]
    return row.state, row.feedback, reasons


def untagged(kind: str, *to: str, message_id: str = "ses-1") -> str:
    mail: dict[str, Any] = {"messageId": message_id, "timestamp": WHEN, "destination": to}
    return json.dumps({"notificationType": kind, "mail": mail} | PARTS[kind])


@pytest.mark.parametrize("envelope", [str, wrapped])
@pytest.mark.parametrize("said", ["not-spam", "Not-Spam", "not_spam"])
def test_a_report_that_a_mail_is_no_spam_is_no_complaint(
    campaign_db: Database,
    now: datetime,
    sent: Delivery,
    said: str,
    envelope: Callable[[str], str],
) -> None:
    part = {"complaint": {"timestamp": WHEN, "complaintFeedbackType": said}}
    body = envelope(event(sent, "Complaint", part=part))
    assert take(campaign_db, now, body) == ("sent", "send", [])


@pytest.mark.parametrize(
    ("kind", "reason"), [("Bounce", "bounce"), ("Complaint", "complaint"), ("Delivery", "delivery")]
)
def test_feedback_without_tags_is_matched_by_its_message_id(
    campaign_db: Database, now: datetime, sent: Delivery, kind: str, reason: str
) -> None:
    suppressed = [] if kind == "Delivery" else [reason]
    body = untagged(kind, sent.address.upper())
    assert take(campaign_db, now, body) == ("sent", reason, suppressed)
    assert take(campaign_db, now, event(sent, kind)) == ("sent", reason, suppressed)


def test_a_withdrawn_complaint_without_tags_counts_not(
    campaign_db: Database, now: datetime, sent: Delivery
) -> None:
    body = json.loads(untagged("Complaint", sent.address)) | NOT_SPAM
    assert take(campaign_db, now, json.dumps(body))[2] == []


def test_feedback_on_a_mail_that_is_not_ours_is_passed_over(
    campaign_db: Database, now: datetime, sent: Delivery
) -> None:
    for body in (
        untagged("Bounce", sent.address, message_id="another"),
        untagged("Bounce", "stranger@example.org"),
        untagged("Bounce"),
    ):
        assert take(campaign_db, now, body)[2] == []
