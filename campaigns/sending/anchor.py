"""How far claims and events ever got, remembered outside the campaign database.

A database that is restored from a backup forgets what was sent since, and what SES said of it. Both
are written here, before any mail of a claim is posted and before an event leaves its queue, so that
`campaigns.sending.restored` can see the gap. Losing this memory stops nothing: the next claim and
the next event make it again.
"""

import fcntl
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol, cast

from redis import Redis

from kit import private_files

KEY = "checkin:anchor:{}"
REMEMBERED_FOR = 90 * 86_400
"""Seconds: longer than any month may still be sent."""
EVENTS = "events"
CLAIMS = "#claims"
"""Ends the name under which Redis keeps how many claims of a list there were."""

Scores = Sequence[tuple[bytes, float]]


class Mark(NamedTuple):
    """How many claims of a mailing list there ever were, and the highest delivery id of any.

    The id alone would not do: what was given back is claimed again below it.
    """

    claims: int = 0
    up_to: int = 0

    def raised(self, other: "Mark") -> "Mark":
        """The higher of each."""
        return Mark(max(self.claims, other.claims), max(self.up_to, other.up_to))


class Anchor(Protocol):
    """The marks by month and by mailing list.

    A month's list is named by the moment it was frozen. One that is handed over again, because the
    database was restored to a moment before it came, has another name.
    """

    def read(self, month: str) -> Mapping[str, Mark]:
        """`{list: mark}` of a month; empty where nothing is remembered."""

    def raise_to(self, month: str, listed: str, mark: Mark) -> None:
        """Remember each number of a mark unless a higher one is remembered already."""

    def events(self) -> int:
        """How often events were ever taken from the queue; 0 where nothing is remembered."""

    def raise_events_to(self, number: int) -> None:
        """Remember that number unless a higher one is remembered already."""


class RedisAnchor:
    """Kept in Redis, for workers on many machines. Raises where Redis cannot be reached."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def read(self, month: str) -> Mapping[str, Mark]:
        found = self._redis.zrange(KEY.format(month), 0, -1, withscores=True)
        numbers = {name.decode(): int(score) for name, score in cast(Scores, found)}
        return {
            name: Mark(numbers.get(f"{name}{CLAIMS}", 0), number)
            for name, number in numbers.items()
            if not name.endswith(CLAIMS)
        }

    def raise_to(self, month: str, listed: str, mark: Mark) -> None:
        key = KEY.format(month)
        with self._redis.pipeline(transaction=True) as both:
            both.zadd(key, {listed: mark.up_to, f"{listed}{CLAIMS}": mark.claims}, gt=True)
            both.expire(key, REMEMBERED_FOR)
            both.execute()

    def events(self) -> int:
        return int(self._redis.zscore(KEY.format(EVENTS), EVENTS) or 0)

    def raise_events_to(self, number: int) -> None:
        self._redis.zadd(KEY.format(EVENTS), {EVENTS: number}, gt=True)


class FileAnchor:
    """Kept in a file, for the embedded default: one machine, any number of processes.

    A file that a power cut tore is as good as lost.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, month: str) -> Mapping[str, Mark]:
        return {listed: Mark(*mark) for listed, mark in self._all().get(month, {}).items()}

    def raise_to(self, month: str, listed: str, mark: Mark) -> None:
        self._raise(month, listed, mark)

    def events(self) -> int:
        return self.read(EVENTS).get(EVENTS, Mark()).up_to

    def raise_events_to(self, number: int) -> None:
        self._raise(EVENTS, EVENTS, Mark(up_to=number))

    def _raise(self, month: str, listed: str, mark: Mark) -> None:
        with self._alone():
            months = self._all()
            marks = months.setdefault(month, {})
            marks[listed] = Mark(*marks.get(listed, ())).raised(mark)
            fresh = self._path.with_name(f"{self._path.name}.new")
            private_files.make_file(fresh)
            fresh.write_text(json.dumps(months))
            fresh.replace(self._path)

    def _all(self) -> dict[str, dict[str, Sequence[int]]]:
        try:
            months: dict[str, dict[str, Sequence[int]]] = json.loads(self._path.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return months

    @contextmanager
    def _alone(self) -> Iterator[None]:
        lock_file = self._path.with_name(f"{self._path.name}.lock")
        private_files.make_file(lock_file)
        with lock_file.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
