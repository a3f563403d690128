"""Time: UTC inside, Europe/London wherever a person sees it."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

Clock = Callable[[], datetime]


def anchored(clock: Clock) -> Clock:
    """A clock read once that goes on by the time since boot: cheap, and nobody can put it back.

    Unlike the monotonic clock it also counts the time a machine was asleep.
    """
    start, origin = clock(), _since_boot()
    return lambda: start + timedelta(seconds=_since_boot() - origin)


def _since_boot() -> float:
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def london_day(moment: datetime) -> date:
    """The calendar day in London at an aware moment."""
    return moment.astimezone(LONDON).date()


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)
