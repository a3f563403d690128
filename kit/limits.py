"""How often one key may ask: counted in this process's memory, and forgotten with it.

Nothing is asked of another service, so nothing can fail open or closed. Several processes each keep
their own count, so the true limit is up to as many times higher.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

KEYS_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Rate:
    """`times` at once, and as many again spread over `within`."""

    times: int
    within: timedelta

    @property
    def spacing(self) -> timedelta:
        return self.within / self.times


@dataclass(slots=True)
class Limiter:
    """Counts by the generic cell rate algorithm; the keys longest unseen are forgotten first."""

    rate: Rate
    _free_at: OrderedDict[Hashable, datetime] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    @property
    def retry_after(self) -> int:
        """Seconds until one more may come."""
        return max(1, round(self.rate.spacing.total_seconds()))

    def allows(self, key: Hashable, *, now: datetime) -> bool:
        """Whether `key` may ask now; if so, it is counted."""
        with self._lock:
            latest = now + self.rate.within
            due = min(max(self._free_at.get(key, now), now), latest)
            allowed = due + self.rate.spacing <= latest
            self._free_at[key] = due + self.rate.spacing if allowed else due
            self._free_at.move_to_end(key)
            if len(self._free_at) > KEYS_KEPT:
                self._free_at.popitem(last=False)
            return allowed
