"""Every rule in every month from 2024 to 2040: one moment, on a working day, by London's clocks."""

from datetime import UTC, date, datetime, timedelta

import pytest

from campaigns import calendar
from campaigns.calendar import WEEKDAYS, is_working_day, send_moment
from kit.clock import LONDON
from kit.months import first_day

MONTHS = [f"{year}-{month:02}" for year in range(2024, 2041) for month in range(1, 13)]
DAYS = [f"day-{day}" for day in range(1, 32)]
NTHS = [f"{nth}-{weekday}" for nth in ("1st", "2nd", "3rd", "4th", "5th") for weekday in WEEKDAYS]
RULES = ["first-working-day", "last-working-day", *DAYS, *NTHS]
TIMES = ["00:00", "01:30", "10:00", "23:59"]
ONE_DAY = timedelta(days=1)


def days_of(month: str) -> list[date]:
    first, after = first_day(month), first_day(calendar.month_after(month))
    return [first + number * ONE_DAY for number in range((after - first).days)]


def sent_on(rule: str, month: str) -> date:
    return send_moment(rule, month, "10:00").astimezone(LONDON).date()


@pytest.mark.parametrize("rule", RULES)
def test_a_month_has_one_working_day_of_its_own(rule: str) -> None:
    for month in MONTHS:
        day = sent_on(rule, month)
        assert day in days_of(month)
        assert is_working_day(day)


@pytest.mark.parametrize("time", TIMES)
@pytest.mark.parametrize("rule", ["first-working-day", "last-working-day", "day-31", "5th-friday"])
def test_london_s_clocks_show_the_time_asked_for(rule: str, time: str) -> None:
    for month in MONTHS:
        moment = send_moment(rule, month, time)
        assert moment.tzinfo is UTC
        assert f"{moment.astimezone(LONDON):%H:%M}" == time
        assert moment.astimezone(LONDON).date() == sent_on(rule, month)


def test_the_first_and_the_last_working_day_have_none_before_and_none_after() -> None:
    for month in MONTHS:
        working = [day for day in days_of(month) if is_working_day(day)]
        assert sent_on("first-working-day", month) == working[0]
        assert sent_on("last-working-day", month) == working[-1]


@pytest.mark.parametrize("rule", [*DAYS, *NTHS])
def test_a_day_off_moves_to_the_nearest_working_day_after_it_within_the_month(rule: str) -> None:
    for month in MONTHS:
        named = calendar.moved_from(rule, month) or sent_on(rule, month)
        later = [day for day in days_of(month) if day >= named and is_working_day(day)]
        earlier = [day for day in days_of(month) if day < named and is_working_day(day)]
        assert sent_on(rule, month) == (later[0] if later else earlier[-1])


@pytest.mark.parametrize("rule", RULES)
def test_every_month_comes_after_the_one_before(rule: str) -> None:
    moments = [send_moment(rule, month, "10:00") for month in MONTHS]
    assert moments == sorted(set(moments))


@pytest.mark.parametrize("year", range(2024, 2041))
def test_the_nights_when_the_clocks_change_keep_every_minute_in_order(year: int) -> None:
    for month in (3, 10):
        sunday = max(day for day in days_of(f"{year}-{month:02}") if day.weekday() == 6)
        midnight = datetime.combine(sunday, datetime.min.time())
        walls = [midnight + timedelta(minutes=minute) for minute in range(0, 240, 5)]
        moments = [calendar.in_utc(wall) for wall in walls if calendar.exists_in_london(wall)]
        assert moments == sorted(set(moments))
        assert len(walls) - len(moments) == (12 if month == 3 else 0)
