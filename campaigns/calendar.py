"""When a month's email is sent: rules in London time that skip weekends and bank holidays."""

import re
from datetime import UTC, date, datetime, time, timedelta

from campaigns.bank_holidays import is_bank_holiday
from kit.clock import LONDON, london_day
from kit.months import first_day

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
DAY = re.compile(r"day-([1-9]|[12]\d|3[01])")
NTH = re.compile(rf"([1-5])(?:st|nd|rd|th)-({'|'.join(WEEKDAYS)})")
WORKING_DAY_RULES = ("first-working-day", "last-working-day")
SATURDAY = 5
ONE_DAY = timedelta(days=1)


def send_moment(rule: str, month: str, send_time: str) -> datetime:
    """The moment, in UTC, at which `rule` sends `month` ("2026-12") at `send_time` ("10:00").

    A time that does not exist when the clocks change is moved forward by an hour; of a time that
    occurs twice the first is taken. Rules: `first-working-day`, `last-working-day`, `day-N` (at
    most the month's last day; moved from a day off to the next working day), `2nd-tuesday` and the
    like (a missing fifth is the fourth; moved from a day off in the same way).

    Raises:
        ValueError: the rule, the month or the time is not written as above.
    """
    day = _day(rule, first_day(month))
    match = TIME.fullmatch(send_time)
    if match is None:
        raise ValueError(f"“{send_time[:40]}” is not a time of day; write one as 10:00")
    return in_utc(datetime.combine(day, time(int(match[1]), int(match[2]))))


def is_rule(rule: str) -> bool:
    """Whether `rule` is written as `send_moment` takes it."""
    return rule in WORKING_DAY_RULES or bool(DAY.fullmatch(rule) or NTH.fullmatch(rule))


def in_utc(wall: datetime) -> datetime:
    """London's wall time in UTC; of an hour that comes twice, the first (PEP 495, fold 0)."""
    return wall.replace(tzinfo=LONDON).astimezone(UTC)


def exists_in_london(wall: datetime) -> bool:
    """Whether London's clocks ever show this time; in spring they skip an hour."""
    return in_utc(wall).astimezone(LONDON).replace(tzinfo=None) == wall


def month_after(month: str) -> str:
    """The next month: "2027-01" after "2026-12"."""
    return _month_of(_next_month(first_day(month)))


def london_month(now: datetime) -> str:
    """The month London's calendar shows at `now`."""
    return _month_of(london_day(now))


def is_working_day(day: date) -> bool:
    """Monday to Friday and no bank holiday in England."""
    return day.weekday() < SATURDAY and not is_bank_holiday(day)


def moved_from(rule: str, month: str) -> date | None:
    """Return the day off from which the rule had to move in `month`; None if it did not."""
    first = first_day(month)
    named = _named_day(rule, first)
    return named if named != _day(rule, first) else None


def _day(rule: str, first: date) -> date:
    named = _named_day(rule, first)
    if rule == "last-working-day":
        return _first_working(named, -ONE_DAY)
    return _working_day_from(named)


def _named_day(rule: str, first: date) -> date:
    """Return the day that the rule names, working day or not."""
    if rule == "first-working-day":
        return first
    if rule == "last-working-day":
        return _last_day(first)
    if match := DAY.fullmatch(rule):
        return min(first + (int(match[1]) - 1) * ONE_DAY, _last_day(first))
    if match := NTH.fullmatch(rule):
        return _nth_weekday(first, int(match[1]), WEEKDAYS.index(match[2]))
    raise ValueError(
        f"“{rule[:40]}” is not a rule; "
        "write first-working-day, last-working-day, day-15 or 2nd-tuesday"
    )


def _nth_weekday(first: date, nth: int, weekday: int) -> date:
    day = first + ((weekday - first.weekday()) % 7 + 7 * (nth - 1)) * ONE_DAY
    return day if day <= _last_day(first) else day - 7 * ONE_DAY


def _working_day_from(day: date) -> date:
    onward = _first_working(day, ONE_DAY)
    return onward if onward.month == day.month else _first_working(day, -ONE_DAY)


def _first_working(day: date, step: timedelta) -> date:
    while not is_working_day(day):
        day += step
    return day


def _next_month(first: date) -> date:
    return (first + 31 * ONE_DAY).replace(day=1)


def _last_day(first: date) -> date:
    return _next_month(first) - ONE_DAY


def _month_of(day: date) -> str:
    return f"{day:%Y-%m}"
