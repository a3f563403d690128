"""England's bank holidays, announced and reckoned."""

from datetime import date

import pytest

from campaigns import bank_holidays
from campaigns.bank_holidays import is_bank_holiday, last_announced_year


@pytest.mark.parametrize(
    "day",
    [
        date(2023, 5, 8),  # the coronation
        date(2026, 12, 28),  # Boxing Day, a Saturday
        date(2035, 3, 23),  # Good Friday
        date(2035, 3, 26),  # Easter Monday
        date(2039, 12, 27),  # Christmas Day, a Sunday
        date(2040, 1, 2),  # New Year's Day, a Sunday
    ],
)
def test_a_bank_holiday_is_known_in_any_year(day: date) -> None:
    assert is_bank_holiday(day)


@pytest.mark.parametrize("day", [date(2023, 5, 9), date(2035, 3, 27), date(2036, 1, 2)])
def test_any_other_day_is_none(day: date) -> None:
    assert not is_bank_holiday(day)


def test_the_reckoned_days_are_the_announced_ones_as_far_as_those_go() -> None:
    announced = bank_holidays._announced()
    years = range(min(announced).year, last_announced_year() + 1)
    reckoned = {day for year in years for day in bank_holidays._due_by_law(year)}

    assert {day for day in announced if day.weekday() < 5} == {
        day for day in reckoned if day.weekday() < 5
    }
