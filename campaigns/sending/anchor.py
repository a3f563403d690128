"""How far each month's claims ever got, remembered outside the campaign database.

A database that is restored from a backup forgets what was sent since. What it forgot is written
here, before any mail of a claim is posted, so that `campaigns.sending.restored` can see the gap.
Losing this memory stops nothing: the next claim makes it again.
"""

import fcntl
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, cast

from redis import Redis

KEY = "checkin:anchor:{}"
REMEMBERED_FOR = 90 * 86_400
"""Seconds: longer than any month may still be sent."""


class Anchor(Protocol):
    """The highest delivery id ever claimed, by month and by mailing list.

    A month's list is named by the moment it was frozen. One that is handed over again, because the
    database was restored to a moment before it came, has another name.
    """

    def read(self, month: str) -> Mapping[str, int]:
        """`{list: highest id}` of a month; empty where nothing is remembered."""

    def raise_to(self, month: str, listed: str, claimed_up_to: int) -> None:
        """Remember an id unless a higher one is remembered already."""


class RedisAnchor:
    """Kept in Redis, for workers on many machines. Raises where Redis cannot be reached."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def read(self, month: str) -> Mapping[str, int]:
        found = self._redis.zrange(KEY.format(month), 0, -1, withscores=True)
        marks = cast(Sequence[tuple[bytes, float]], found)
        return {listed.decode(): int(mark) for listed, mark in marks}

    def raise_to(self, month: str, listed: str, claimed_up_to: int) -> None:
        key = KEY.format(month)
        with self._redis.pipeline(transaction=True) as both:
            both.zadd(key, {listed: claimed_up_to}, gt=True)
            both.expire(key, REMEMBERED_FOR)
            both.execute()


class FileAnchor:
    """Kept in a file, for the embedded default: one machine, any number of processes.

    A file that a power cut tore is as good as lost.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, month: str) -> Mapping[str, int]:
        return self._all().get(month, {})

    def raise_to(self, month: str, listed: str, claimed_up_to: int) -> None:
        with self._alone():
            months = self._all()
            marks = months.setdefault(month, {})
            if marks.get(listed, 0) < claimed_up_to:
                marks[listed] = claimed_up_to
                fresh = self._path.with_name(f"{self._path.name}.new")
                fresh.write_text(json.dumps(months))
                fresh.replace(self._path)

    def _all(self) -> dict[str, dict[str, int]]:
        try:
            months: dict[str, dict[str, int]] = json.loads(self._path.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return months

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_name(f"{self._path.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
