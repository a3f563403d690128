"""Bring a database to the newest revision while others work on it.

On PostgreSQL each migration is a transaction of its own and waits for a lock for two seconds at
most: whoever waits for a table's lock holds up everybody behind it. One that did not get it in time
gives way, lets the others through and tries again. The rules that a migration keeps are in
`docs/disasters.md`.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.exc import OperationalError

import migrations
from kit.database import Database
from kit.errors import Refused
from kit.log import get_logger
from migrations import standing

MIGRATING = 0x636865636B696E
"""PostgreSQL's advisory lock of whoever migrates: “checkin” in ASCII."""
LOCK_TIMEOUT = "2s"
TRIES = 30
PAUSE_SECONDS = 1.0

log = get_logger(__name__)


def upgrade(side: str, database: Database, metadata: MetaData) -> None:
    """Upgrade one side's database; two processes at once take turns.

    Raises:
        Refused: somebody held a lock it needs for too long; nothing is half done.
    """
    if standing.is_current(side, database):
        return
    if not database.is_postgresql:
        with database.engine.execution_options(writing=True).begin() as connection:
            _to_head(side, connection, metadata)
        return
    with _alone(database):
        _patiently(side, database, metadata)


def _patiently(side: str, database: Database, metadata: MetaData) -> None:
    for _ in range(TRIES):
        try:
            with database.engine.connect() as connection:
                connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
                connection.commit()
                _to_head(side, connection, metadata)
                return
        except OperationalError as error:
            if not isinstance(error.orig, LockNotAvailable):
                raise
            log.warning("a migration gave way to whoever holds a lock", side=side)
            time.sleep(PAUSE_SECONDS)
    raise Refused(
        f"The {side} database was not upgraded: somebody holds a lock on one of its tables. "
        "Look into pg_stat_activity for a transaction that does not end, then try again."
    )


def _to_head(side: str, connection: Connection, metadata: MetaData) -> None:
    settings = migrations.config(side, connection=connection, metadata=metadata)
    command.upgrade(settings, "head")


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    """Hold the advisory lock on a connection that is in no transaction: an index that is made
    concurrently waits for those that are."""
    with database.autocommit() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATING})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATING})
