"""When a month's sending ends, and who will not fit into its window."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from campaigns.models import CampaignState
from campaigns.planning import estimate
from campaigns.planning.estimate import Allowance, Estimate
from campaigns.ses import account
from campaigns.writing import versions
from tests.console import months

BEGINS = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
MONTH, LAST_MONTH = "2026-12", "2026-11"


@pytest.mark.parametrize(
    ("size", "allowed", "window", "expected"),
    [
        (3600, Allowance(1.0), 2 * HOUR, Estimate(BEGINS + HOUR, 0)),
        (7200, Allowance(1.0), 2 * HOUR, Estimate(BEGINS + 2 * HOUR, 0)),
        (7201, Allowance(1.0), 2 * HOUR, Estimate(None, 1)),
        (10_000, Allowance(14.0, 200, 200), 2 * DAY, Estimate(None, 9_600)),
        (300, Allowance(1.0, 200, 200), 2 * DAY, Estimate(BEGINS + DAY + 100 * SECOND, 0)),
        (300, Allowance(1.0, 0, 300), 2 * DAY, Estimate(BEGINS + DAY + 300 * SECOND, 0)),
        (100_000, Allowance(1.0), 2 * DAY, Estimate(BEGINS + 100_000 * SECOND, 0)),
        (1, Allowance(1.0), timedelta(), Estimate(None, 1)),
        (0, Allowance(1.0), DAY, Estimate(BEGINS, 0)),
    ],
)
def test_list_by_rate_and_quota_against_the_window(
    size: int, allowed: Allowance, window: timedelta, expected: Estimate
) -> None:
    assert expected == estimate.estimate(size, allowed, begins=BEGINS, closes=BEGINS + window)


@given(
    size=st.integers(0, 200_000),
    rate=st.integers(1, 100),
    quota=st.integers(0, 60_000),
    hours=st.integers(1, 72),
)
def test_a_higher_rate_or_quota_never_leaves_more_unsent(
    size: int, rate: int, quota: int, hours: int
) -> None:
    closes = BEGINS + hours * HOUR
    slow, fast = (
        estimate.estimate(
            size, Allowance(rate * by, quota * by, quota * by), begins=BEGINS, closes=closes
        )
        for by in (1, 2)
    )

    assert fast.unsent <= slow.unsent <= size
    assert slow.ends is None or slow.ends <= closes


def _limits(session: Session, now: datetime, *, quota: float = -1.0, used: float = 0.0) -> None:
    limits = {"max_send_rate": 14.0, "daily_quota": quota, "sent_last_day": used}
    account.store_limits(session, limits, now=now)


def _draft(session: Session, now: datetime) -> None:
    campaign = months.draft(session, MONTH, now=now)
    campaign.send_at, campaign.window_seconds = now + HOUR, 48 * 3600


def _last_month(session: Session, now: datetime) -> None:
    """Its list had ten thousand addresses."""
    sent = months.in_state(session, LAST_MONTH, CampaignState.SENT, now=now - 30 * DAY)
    sent.audience = 10_000


def _sentence(
    session: Session, now: datetime, month: str = MONTH, own_rate: float | None = None
) -> str | None:
    campaign = versions.find(session, month)
    return estimate.sentence(session, campaign, own_rate=own_rate, now=now)


def test_the_last_list_says_how_many_there_will_be(session: Session, now: datetime) -> None:
    _last_month(session, now)
    _draft(session, now)
    _limits(session, now)

    expected = "10,000 emails, if the list is as long as the last one: ends about {}."
    assert expected.format("11:12") == _sentence(session, now)
    assert expected.format("08:12, Wed 2 Dec") == _sentence(session, now, own_rate=0.133)


def test_a_list_that_does_not_fit_is_counted_before_it_is_approved(
    session: Session, now: datetime
) -> None:
    _last_month(session, now)
    _draft(session, now)
    _limits(session, now, quota=200)

    expected = "9,600 of 10,000 will not fit before the window closes on 11:00, Thu 3 Dec."
    assert expected in str(_sentence(session, now))


def test_what_was_sent_today_is_taken_off_the_first_day(session: Session, now: datetime) -> None:
    _last_month(session, now)
    _draft(session, now)
    _limits(session, now, quota=200, used=150)

    assert "9,750 of 10,000" in str(_sentence(session, now))


def test_without_a_list_the_room_in_the_window_is_said(session: Session, now: datetime) -> None:
    _draft(session, now)
    _limits(session, now, quota=200)

    assert estimate.UNKNOWN_LIST.format(room="about 400 emails") == _sentence(session, now)


def test_limits_that_ses_never_said_are_not_guessed(session: Session, now: datetime) -> None:
    _draft(session, now)

    assert estimate.UNKNOWN_LIMITS == _sentence(session, now)


def test_a_month_that_is_over_has_no_estimate(session: Session, now: datetime) -> None:
    _last_month(session, now)
    _limits(session, now)

    assert _sentence(session, now, LAST_MONTH) is None
