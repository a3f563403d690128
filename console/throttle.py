"""So many tries in so much time, counted in this process's memory and forgotten with it."""

from collections import deque
from datetime import datetime, timedelta
from threading import Lock

KEYS_KEPT = 10_000


class Throttle:
    """At most `tries` in any `window` for one key, such as who asks."""

    def __init__(self, *, tries: int, window: timedelta) -> None:
        self._tries = tries
        self._window = window
        self._seen: dict[str, deque[datetime]] = {}
        self._lock = Lock()

    def allows(self, key: str, now: datetime) -> bool:
        """Count one try, unless it is one too many."""
        with self._lock:
            recent = self._recent(key, now)
            if len(recent) >= self._tries:
                return False
            recent.append(now)
            return True

    def _recent(self, key: str, now: datetime) -> deque[datetime]:
        if len(self._seen) >= KEYS_KEPT:
            self._forget_old(now)
        tries = self._seen.setdefault(key, deque())
        while tries and tries[0] <= now - self._window:
            tries.popleft()
        return tries

    def _forget_old(self, now: datetime) -> None:
        self._seen = {
            key: tries
            for key, tries in self._seen.items()
            if tries and tries[-1] > now - self._window
        }
