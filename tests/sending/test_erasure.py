"""What the campaign side holds of an address, decided column by column, and erased mails."""

from datetime import datetime

import pytest
from sqlalchemy import JSON, LargeBinary, String, select

from campaigns import erasure
from campaigns.models import AddressErasure, Delivery, SuppressedDigest, Suppression
from campaigns.models.deliveries import ERASED_ADDRESS
from campaigns.sending import feedback, worker
from kit.database import CampaignBase, Database
from tests.support.sending import (
    DIGEST_KEY,
    ManualClock,
    ScriptedSes,
    address,
    rows,
    send_context,
    sending_campaign,
)
from tests.support.ses_events import event

ERASED = {
    "campaigns.handover_cursor",
    "deliveries.address",
    "deliveries.reply_link",
    "deliveries.stop_link",
    "erasures.address",
    "set_aside.body",
    "suppressions.address",
}
OF_STAFF = {
    *("approvals.approved_by", "audit.who", "audit.detail", "drafts.author", "drafts.writers"),
    *("month_steps.who", "sign_ins.email", "staff.email", "staff_tokens.email"),
    *("suppressions.added_by", "writer_presence.email"),
}
"""Addresses of staff; in the audit's detail an address that they suppress is masked."""
WRITTEN = {
    *("approvals.voided_because", "campaigns.state_reason", "drafts.content", "messages.html"),
    *("messages.subject", "messages.text", "month_steps.note", "published_releases.because"),
    *("published_releases.document", "questions.preview", "questions.title"),
    *("sender.identity_problem", "sender.pause_reason"),
}
"""Texts that are the same for everybody."""
NAMES = {
    *("approvals.audience_rule", "approvals.content_hash", "audit.action", "audit.month"),
    *("campaigns.content_hash", "campaigns.month", "campaigns.series", "campaigns.state"),
    *("deliveries.attempt_id", "deliveries.cause", "deliveries.feedback", "deliveries.message_id"),
    *("deliveries.state", "drafts.cut_because", "feedback.attempt_id", "feedback.detail"),
    *("feedback.key", "feedback.kind", "heartbeats.job", "heartbeats.trouble"),
    *("messages.content_hash", "messages.month", "messages.questions", "month_steps.field"),
    *("month_steps.kind", "published_releases.digest", "published_releases.month"),
    *("published_releases.state", "questions.key", "reminders.kind", "reminders.month"),
    *("series.name", "series.rule", "series.send_time", "series.unknown_policy", "sign_ins.id"),
    *("staff.roles", "staff.signed_out", "staff_tokens.digest", "staff_tokens.name"),
    *("suppressed_digests.digest", "suppressed_digests.kind", "suppressions.kind"),
    *("tallies.cause", "tallies.kind"),
    *("tallies.state", "writer_presence.field", "writer_presence.month", "writer_presence.turns"),
}
"""Names, numbers and digests of ours or of SES's."""


def test_each_column_that_can_hold_an_address_was_decided() -> None:
    found = {
        f"{table.name}.{column.name}"
        for table in CampaignBase.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String | JSON | LargeBinary)
    }
    decided = ERASED | OF_STAFF | WRITTEN | NAMES
    assert (set(), set()) == (found - decided, decided - found)


def _erase(database: Database, erased: str, now: datetime) -> None:
    with database.writing() as session:
        erasure.request(session, [erased])
    erasure.erase_waiting(database, key=lambda: DIGEST_KEY, clock=lambda: now)


def test_an_erased_mail_is_never_sent_and_the_rest_is(campaign_db: Database, now: datetime) -> None:
    campaign_id, ses = sending_campaign(campaign_db, now, size=3), ScriptedSes()
    _erase(campaign_db, address(2), now)

    worker.run(send_context(campaign_db, ses, ManualClock(now)), campaign_id, seconds=5)

    assert [address(1), address(3)] == sorted(ses.accepted)
    assert ["sent", "sent", "skipped"] == sorted(row.state for row in rows(campaign_db))


def test_an_erased_address_that_comes_back_is_refused_by_its_digest(
    campaign_db: Database, now: datetime
) -> None:
    campaign_id, ses = sending_campaign(campaign_db, now, size=3), ScriptedSes()
    with campaign_db.writing() as session:
        session.add(Suppression(address=address(2), kind="complaint", added_at=now))
    _erase(campaign_db, address(2), now)
    with campaign_db.writing() as session:
        links = {"reply_link": "https://p.example.org/r/x", "stop_link": "https://p.example.org/s"}
        session.add(Delivery(campaign_id=campaign_id, address=address(2), **links))

    worker.run(send_context(campaign_db, ses, ManualClock(now)), campaign_id, seconds=5)

    assert [address(1), address(3)] == sorted(ses.accepted)
    assert "skipped" == next(row.state for row in rows(campaign_db) if row.address == address(2))


@pytest.mark.parametrize("kind", ["Send", "Delivery", "Complaint"])
@pytest.mark.parametrize("attempt", ["of this mail", "of another"])
def test_an_event_finds_an_erased_mail_by_its_attempt_and_brings_no_address_back(
    campaign_db: Database, now: datetime, kind: str, attempt: str
) -> None:
    campaign_id, ses = sending_campaign(campaign_db, now, size=1), ScriptedSes()
    worker.run(send_context(campaign_db, ses, ManualClock(now)), campaign_id, seconds=5)
    _erase(campaign_db, address(1), now)
    row = rows(campaign_db)[0]
    named = row.attempt_id if attempt == "of this mail" else "another"

    with campaign_db.writing() as session:
        body = event(row, kind, attempt_id=named, address=address(1))
        feedback.take(session, body, now=now)

    after = rows(campaign_db)[0]
    assert ("sent", ERASED_ADDRESS.format(row.id)) == (after.state, after.address)
    assert (kind.lower() if attempt == "of this mail" else None) == after.feedback
    with campaign_db.reading() as session:
        assert [] == session.scalars(select(Suppression.address)).all()


def test_without_an_erasure_no_key_is_read(campaign_db: Database, now: datetime) -> None:
    def no_key() -> bytes:
        raise AssertionError("nobody was erased")

    with campaign_db.reading() as session:
        assert set() == erasure.not_mailed(session, [address(1)], key=no_key)
        for table in (AddressErasure, SuppressedDigest):
            assert [] == session.scalars(select(table)).all()
    assert 0 == erasure.erase_waiting(campaign_db, key=no_key, clock=lambda: now)
