"""The account's limits: a sliding window of a second, one of a day, and the account's state.

SES counts recipients, not calls, and does not queue what it throttles.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

NO_LIMIT = -1.0
DAY = 86_400.0
QUOTA_GRAIN = 60.0


class State(StrEnum):
    """Whether the account may send."""

    ENABLED = "enabled"
    PAUSED = "paused"
    SUSPENDED = "suspended"
    MAIL_FROM_NOT_VERIFIED = "mail-from-not-verified"


class Refusal(StrEnum):
    """Why an account takes no more recipients now."""

    RATE = "rate"
    QUOTA = "quota"


@dataclass(frozen=True, slots=True)
class AccountLimits:
    """Recipients a second, recipients in 24 hours (−1: no limit), and the account's state."""

    max_send_rate: float = 14.0
    max_24_hour_send: float = 50_000.0
    state: State = State.ENABLED
    production_access: bool = True


class Account:
    """Accepts or refuses recipients. `monotonic` is the clock of both windows, in seconds."""

    def __init__(
        self, limits: AccountLimits, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.limits = limits
        self._monotonic = monotonic
        self._second: deque[tuple[float, int]] = deque()
        self._in_second = 0
        self._day: deque[tuple[float, int]] = deque()
        self._in_day = 0
        self._lock = threading.Lock()

    @property
    def sent_last_24_hours(self) -> int:
        with self._lock:
            self._forget(self._monotonic())
            return self._in_day

    def grant(self, recipients: int, *, charged: int) -> float | Refusal:
        """Charge `recipients` to the rate and `charged` of them to the quota.

        Returns the moment on the monotonic clock, or why they are refused.
        """
        with self._lock:
            now = self._monotonic()
            self._forget(now)
            if self._in_second + recipients > self._window_size:
                return Refusal.RATE
            quota = self.limits.max_24_hour_send
            if quota != NO_LIMIT and charged and self._in_day + charged > quota:
                return Refusal.QUOTA
            self._take(now, recipients, charged)
            return now

    @property
    def _window(self) -> float:
        rate = self.limits.max_send_rate
        return max(1.0, 1.0 / rate) if rate > 0 else 1.0

    @property
    def _window_size(self) -> float:
        rate = self.limits.max_send_rate
        return float("inf") if rate == NO_LIMIT else max(rate, 1.0) if rate > 0 else 0.0

    def _take(self, now: float, recipients: int, charged: int) -> None:
        self._second.append((now, recipients))
        self._in_second += recipients
        if self._day and now - self._day[-1][0] < QUOTA_GRAIN:
            start, count = self._day[-1]
            self._day[-1] = (start, count + charged)
        else:
            self._day.append((now, charged))
        self._in_day += charged

    def _forget(self, now: float) -> None:
        while self._second and self._second[0][0] <= now - self._window:
            self._in_second -= self._second.popleft()[1]
        while self._day and self._day[0][0] <= now - DAY:
            self._in_day -= self._day.popleft()[1]
