"""After the month: every recipient has an outcome, and SES counts as many mails as we do."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from campaigns.models import Campaign, CampaignState, Delivery
from campaigns.sending import lifecycle
from campaigns.watching import reconciliation
from campaigns.watching.reconciliation import AccountCount, Sheet
from kit.database import Database
from kit.errors import NotFound
from tests.support.sending import MONTH, rows, sending_campaign

OUTCOMES: tuple[dict[str, Any], ...] = (
    {"state": "sent", "message_id": "m"},
    {"state": "sent", "message_id": "n"},
    {"state": "failed", "cause": "message_rejected"},
    {"state": "skipped", "cause": "suppressed"},
    {"state": "skipped", "cause": "too_late"},
)


@pytest.fixture
def month(campaign_db: Database, now: datetime) -> Database:
    """A month of five that began an hour ago, and is settled."""
    return _month(campaign_db, now, OUTCOMES)


def _month(campaign_db: Database, now: datetime, outcomes: Sequence[dict[str, str]]) -> Database:
    moment, states = now - timedelta(hours=1), (CampaignState.PAUSED, CampaignState.SENDING)
    campaign_id = sending_campaign(
        campaign_db, now, size=len(outcomes), state=CampaignState.SENDING
    )
    with campaign_db.writing() as session:
        for state in states:
            lifecycle.move(session, campaign_id, list(CampaignState), state, now=moment)
        for row, outcome in zip(rows(campaign_db), outcomes, strict=True):
            values = {"reply_link": None, "stop_link": None, **outcome}
            session.execute(update(Delivery).where(Delivery.id == row.id).values(**values))
    return campaign_db


def _sheet(database: Database, now: datetime, ses_says: int | None = None) -> Sheet:
    account = None if ses_says is None else AccountCount(ses_says, now)
    with database.reading() as session:
        return reconciliation.of(session, MONTH, account=account)


def test_a_settled_month_adds_up_by_state_and_cause(month: Database, now: datetime) -> None:
    sheet = _sheet(month, now)

    assert sheet.is_balanced
    assert "It adds up: each of 5 recipients has an outcome." == sheet.sentences[0]
    assert [
        ("failed", "message_rejected", 1),
        ("skipped", "suppressed", 1),
        ("skipped", "too_late", 1),
    ] == sheet.causes


def test_an_open_mail_is_counted_as_open(campaign_db: Database, now: datetime) -> None:
    unknown = {"state": "unknown", "attempt_id": "a"}
    sheet = _sheet(_month(campaign_db, now, [unknown, *OUTCOMES[1:]]), now)

    assert (False, 1, 0) == (sheet.is_balanced, sheet.still_open, sheet.missing)
    assert "1 of 5 emails are not settled yet." == sheet.sentences[0]


def test_a_recipient_without_a_mail_is_missed(month: Database, now: datetime) -> None:
    with month.writing() as session:
        session.execute(update(Campaign).values(audience=len(OUTCOMES) + 1))
    sheet = _sheet(month, now)

    assert (False, 1) == (sheet.is_balanced, sheet.missing)
    assert sheet.sentences[0].startswith("It does not add up: ")


@pytest.mark.parametrize(
    ("ses_says", "difference", "words"),
    [(2, 0, "as many as were sent here"), (5, 3, "3 more than this month"), (1, -1, "1 fewer")],
)
def test_ses_s_own_count_is_compared(
    month: Database, now: datetime, ses_says: int, difference: int, words: str
) -> None:
    sheet = _sheet(month, now, ses_says)

    assert difference == sheet.account_difference
    assert words in sheet.sentences[1]


def test_a_count_that_does_not_reach_back_is_not_compared(month: Database, now: datetime) -> None:
    assert _sheet(month, now + timedelta(hours=24), 2).account_difference is None


def test_a_month_that_is_not_there_has_no_sheet(campaign_db: Database, now: datetime) -> None:
    with pytest.raises(NotFound, match="no campaign for December 2026"):
        _sheet(campaign_db, now)
