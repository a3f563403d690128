"""Rate limits by key, counted in this process's memory.

No other service is involved, so none can fail. Each process counts for itself, so N processes
together allow up to N times the limit.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

KEYS_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Rate:
    """A burst of `times`, and then `times` more for each `within`, evenly spread."""

    times: int
    within: timedelta

    @property
    def spacing(self) -> timedelta:
        return self.within / self.times


@dataclass(slots=True)
class Limiter:
    """A limiter by the generic cell rate algorithm; it evicts the least recently seen keys."""

    rate: Rate
    _free_at: OrderedDict[Hashable, datetime] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    @property
    def retry_after(self) -> int:
        """Seconds until one more request is allowed."""
        return max(1, round(self.rate.spacing.total_seconds()))

    def allows(self, key: Hashable, *, now: datetime) -> bool:
        """Whether `key` is allowed one more request now; if so, count it."""
        with self._lock:
            latest = now + self.rate.within
            due = min(max(self._free_at.get(key, now), now), latest)
            allowed = due + self.rate.spacing <= latest
            self._free_at[key] = due + self.rate.spacing if allowed else due
            self._free_at.move_to_end(key)
            if len(self._free_at) > KEYS_KEPT:
                self._free_at.popitem(last=False)
            return allowed
