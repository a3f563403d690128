"""What SES says of the sender, kept for whoever approves the month."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from campaigns.ses import account, sender_identity
from kit import aws
from kit.database import Database
from kit.errors import Refused
from tests.conftest import NOW
from tests.support import waiting
from tests.support.faulty_ses.service import FaultySandbox

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

SENDER = "Check-in <check-in@checkin.example.com>"
DOMAIN = "checkin.example.com"
LATER = NOW + sender_identity.STALE_AFTER


@pytest.fixture
def ses() -> Iterator[FaultySandbox]:
    with FaultySandbox(inbox=None) as sandbox:
        yield sandbox


@pytest.fixture
def client(ses: FaultySandbox, monkeypatch: pytest.MonkeyPatch) -> "SESV2Client":
    for name, value in ses.environment.items():
        monkeypatch.setenv(name, value)
    return aws.ses_for_asking()


def _obstacle(database: Database) -> str | None:
    with database.reading() as session:
        return sender_identity.obstacle(session)


def test_before_ses_was_asked_nothing_is_refused(campaign_db: Database) -> None:
    assert _obstacle(campaign_db) is None


@pytest.mark.parametrize("status", ["PENDING", "FAILED", "TEMPORARY_FAILURE"])
def test_a_mail_from_domain_that_is_not_verified_refuses_until_it_is(
    campaign_db: Database, ses: FaultySandbox, client: "SESV2Client", status: str
) -> None:
    mail_from = f"bounce.{DOMAIN}"
    ses.control.identity(DOMAIN, mail_from_domain=mail_from, mail_from_status=status)
    sender_identity.refresh(campaign_db, client, SENDER, clock=lambda: NOW)

    with campaign_db.reading() as session, pytest.raises(Refused) as refused:
        sender_identity.refuse_unverified(session)
    for said in (f"{mail_from} is not verified (it is {status})", "10:00 on 01/12/2026", "--dns"):
        assert said in str(refused.value)

    ses.control.identity(DOMAIN, mail_from_status="SUCCESS")
    sender_identity.refresh(campaign_db, client, SENDER, clock=lambda: LATER)
    assert _obstacle(campaign_db) is None


def test_an_identity_that_is_not_verified_or_not_there_refuses(
    campaign_db: Database, ses: FaultySandbox, client: "SESV2Client"
) -> None:
    sender_identity.refresh(campaign_db, client, SENDER, clock=lambda: NOW)
    assert "it is no identity of this account" in (_obstacle(campaign_db) or "")

    ses.control.identity(DOMAIN, dkim_status="PENDING")
    sender_identity.refresh(campaign_db, client, SENDER, clock=lambda: LATER)
    assert f"{DOMAIN} is not verified (DKIM is PENDING)" in (_obstacle(campaign_db) or "")


def test_ses_is_asked_once_a_minute_and_its_silence_changes_nothing(
    campaign_db: Database,
    ses: FaultySandbox,
    client: "SESV2Client",
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sender_identity.refresh(campaign_db, client, SENDER, clock=lambda: NOW)
    before = _obstacle(campaign_db)
    ses.control.identity(DOMAIN)
    soon = LATER - timedelta(seconds=1)

    sender_identity.refresh(campaign_db, client, SENDER, clock=lambda: soon)
    assert before == _obstacle(campaign_db)

    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", "http://127.0.0.1:9")
    sender_identity.refresh(campaign_db, aws.ses_for_asking(), SENDER, clock=lambda: LATER)
    assert before == _obstacle(campaign_db)
    with campaign_db.writing() as session:
        assert NOW == account.sender(session).identity_read_at


def test_two_jobs_that_ask_first_at_the_same_time_get_one_row(campaign_db: Database) -> None:
    with ThreadPoolExecutor(max_workers=1) as second:
        with campaign_db.writing() as session:
            first = account.sender(session).id
            later = second.submit(_ask, campaign_db)
            waiting.until_somebody_waits(campaign_db)

        assert first == later.result()


def _ask(database: Database) -> int:
    with database.writing() as session:
        return account.sender(session).id
