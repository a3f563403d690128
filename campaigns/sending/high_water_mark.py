"""How far the campaign database's counter ever got, remembered outside the database.

A database that is restored from a backup forgets what was sent since, and what SES said of it;
`campaigns.sending.restore_detection` tells it by this number. Losing the number stops nothing: the
next claim and the next poll write it again.
"""

import fcntl
from contextlib import suppress
from pathlib import Path
from typing import Protocol, cast

from redis import Redis

from kit import private_files

KEY = "checkin:high-water-mark"
RAISE = """
local known = tonumber(redis.call('GET', KEYS[1]) or '0')
if tonumber(ARGV[1]) > known then redis.call('SET', KEYS[1], ARGV[1]) end
"""


class HighWaterMark(Protocol):
    """One number that only ever rises. Raises where it cannot be read or written."""

    def read(self) -> int:
        """The highest number ever given; 0 where nothing is remembered."""

    def raise_to(self, number: int) -> None:
        """Remember a number unless a higher one is remembered already."""


class RedisMark:
    """Kept in Redis, for workers on many machines."""

    def __init__(self, redis: Redis, *, prefix: str = "") -> None:
        self._redis, self._key = redis, f"{prefix}{KEY}"
        self._raise = redis.register_script(RAISE)

    def read(self) -> int:
        return int(cast(bytes, self._redis.get(self._key)) or 0)

    def raise_to(self, number: int) -> None:
        self._raise(keys=[self._key], args=[number])


class FileMark:
    """Kept in a file, for the embedded default: one machine, any number of processes.

    A file that a power cut tore counts as lost.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> int:
        with suppress(FileNotFoundError, ValueError):
            return int(self._path.read_text())
        return 0

    def raise_to(self, number: int) -> None:
        lock_file = self._path.with_name(f"{self._path.name}.lock")
        private_files.make_file(lock_file)
        with lock_file.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if number > self.read():
                fresh = self._path.with_name(f"{self._path.name}.new")
                private_files.make_file(fresh)
                fresh.write_text(str(number))
                fresh.replace(self._path)
