"""Time: UTC inside, Europe/London wherever a person sees it."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

Clock = Callable[[], datetime]


def anchored(clock: Clock) -> Clock:
    """Read `clock` once and continue from it by CLOCK_BOOTTIME, which nobody can set back.

    Unlike the monotonic clock, CLOCK_BOOTTIME counts the time the machine was suspended.
    """
    start, origin = clock(), _since_boot()
    return lambda: start + timedelta(seconds=_since_boot() - origin)


def _since_boot() -> float:
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def london_day(moment: datetime) -> date:
    """Return the date in London at an aware datetime."""
    return moment.astimezone(LONDON).date()


def utc_now() -> datetime:
    """Return the current time, aware, in UTC."""
    return datetime.now(UTC)
