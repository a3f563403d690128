"""A lock held from the first check of a month until its draw is committed."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import func, select

from kit.database import Database
from kit.errors import Refused

NAME = "release draw"


class Busy(Refused):
    """Another process is drawing a month."""

    def __init__(self) -> None:
        super().__init__("Another process is drawing figures just now; try again in a minute.")


@contextmanager
def only_one(platform: Database) -> Iterator[None]:
    """Run the block in one process at a time, of all that use this database.

    The lock ends when the process ends, even by a crash.

    Raises:
        Busy: another process holds the lock; raised at once.
    """
    hold = _advisory_lock if platform.is_postgresql else _file_lock
    with hold(platform) as is_mine:
        if not is_mine:
            raise Busy
        yield


@contextmanager
def _advisory_lock(platform: Database) -> Iterator[bool]:
    """Hold a lock on a connection, so that no transaction stays open while replies are counted."""
    key = func.hashtextextended(NAME, 0)
    with platform.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        is_mine = bool(connection.scalar(select(func.pg_try_advisory_lock(key))))
        try:
            yield is_mine
        finally:
            if is_mine:
                connection.scalar(select(func.pg_advisory_unlock(key)))


@contextmanager
def _file_lock(platform: Database) -> Iterator[bool]:
    """Lock a file beside the SQLite database: the database's own lock would block replies."""
    database = Path(str(platform.engine.url.database))
    with database.with_name(f"{database.name}-draw").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
