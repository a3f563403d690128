"""When a month's email goes."""

import socket
from datetime import UTC, datetime

import pytest

from campaigns import bank_holidays, calendar

SKIPPED = datetime.fromisoformat("2026-03-29T01:30")
TWICE = datetime.fromisoformat("2026-10-25T01:30")


@pytest.mark.parametrize(
    ("rule", "month", "expected"),
    [
        ("first-working-day", "2026-12", datetime(2026, 12, 1, 10, tzinfo=UTC)),
        ("first-working-day", "2027-01", datetime(2027, 1, 4, 10, tzinfo=UTC)),
        ("first-working-day", "2026-05", datetime(2026, 5, 1, 9, tzinfo=UTC)),
        ("last-working-day", "2026-12", datetime(2026, 12, 31, 10, tzinfo=UTC)),
        ("last-working-day", "2027-02", datetime(2027, 2, 26, 10, tzinfo=UTC)),
        ("day-15", "2026-12", datetime(2026, 12, 15, 10, tzinfo=UTC)),
        ("day-25", "2026-12", datetime(2026, 12, 29, 10, tzinfo=UTC)),
        ("day-31", "2026-09", datetime(2026, 9, 30, 9, tzinfo=UTC)),
        ("2nd-tuesday", "2026-12", datetime(2026, 12, 8, 10, tzinfo=UTC)),
        ("1st-friday", "2027-01", datetime(2027, 1, 4, 10, tzinfo=UTC)),
        ("5th-monday", "2026-12", datetime(2026, 12, 29, 10, tzinfo=UTC)),
    ],
)
def test_a_rule_gives_its_moment_in_utc(rule: str, month: str, expected: datetime) -> None:
    actual = calendar.send_moment(rule, month, "10:00")

    assert expected == actual


def test_a_fifth_weekday_that_the_month_lacks_is_its_fourth() -> None:
    assert datetime(2027, 2, 22, 10, tzinfo=UTC) == calendar.send_moment(
        "5th-monday", "2027-02", "10:00"
    )


def test_a_day_off_at_the_end_of_a_month_does_not_push_the_mail_into_the_next() -> None:
    assert datetime(2027, 2, 26, 10, tzinfo=UTC) == calendar.send_moment(
        "day-31", "2027-02", "10:00"
    )


def test_the_same_wall_time_is_an_hour_earlier_in_summer() -> None:
    winter = calendar.send_moment("day-15", "2026-12", "10:00")
    summer = calendar.send_moment("day-15", "2026-06", "10:00")

    assert (10, 9) == (winter.hour, summer.hour)


def test_a_time_the_clocks_skip_is_moved_forward() -> None:
    assert datetime(2026, 3, 29, 1, 30, tzinfo=UTC) == calendar.in_utc(SKIPPED)
    assert not calendar.exists_in_london(SKIPPED)


def test_of_an_hour_that_comes_twice_the_first_is_taken() -> None:
    assert datetime(2026, 10, 25, 0, 30, tzinfo=UTC) == calendar.in_utc(TWICE)


@pytest.mark.parametrize(
    ("rule", "month", "time", "sentence"),
    [
        ("every-day", "2026-12", "10:00", "“every-day” is not a rule"),
        ("day-32", "2026-12", "10:00", "“day-32” is not a rule"),
        ("first-working-day", "2026-13", "10:00", "“2026-13” is not a month"),
        ("first-working-day", "2026-12", "25:00", "“25:00” is not a time of day"),
    ],
)
def test_a_wrong_rule_month_or_time_is_named(
    rule: str, month: str, time: str, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        calendar.send_moment(rule, month, time)


def test_no_network_is_used_for_bank_holidays(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    bank_holidays._announced.cache_clear()
    bank_holidays._due_by_law.cache_clear()

    assert datetime(2027, 1, 4, 10, tzinfo=UTC) == calendar.send_moment(
        "first-working-day", "2027-01", "10:00"
    )
    assert datetime(2040, 1, 3, 10, tzinfo=UTC) == calendar.send_moment(
        "first-working-day", "2040-01", "10:00"
    )


def test_the_month_is_london_s_month() -> None:
    assert "2026-07" == calendar.london_month(datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    assert "2027-01" == calendar.month_after("2026-12")
