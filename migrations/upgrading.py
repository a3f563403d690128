"""Upgrade a database to the newest revision while it is in use.

On PostgreSQL each migration is a transaction of its own and waits at most two seconds for a lock,
because others queue behind whoever waits for a table's lock. A migration that does not get its lock
in time gives way to the others and tries again. The rules for migrations are in
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
"""The advisory lock held during a migration: “checkin” in ASCII."""
LOCK_TIMEOUT = "2s"
TRIES = 30
PAUSE_SECONDS = 1.0

log = get_logger(__name__)


def upgrade(side: str, database: Database, metadata: MetaData) -> None:
    """Upgrade one side's database; concurrent upgrades run one after the other.

    Raises:
        Refused: another session held a needed lock for too long; no migration is half done.
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
    """Hold the advisory lock on a connection outside any transaction.

    CREATE INDEX CONCURRENTLY waits for open transactions.
    """
    with database.autocommit() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATING})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATING})
