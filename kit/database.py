"""Two databases, one per side, on SQLite or PostgreSQL.

Domain code is handed a session and never commits; whoever opened the session with `reading()` or
`writing()` commits once, when the block ends without an error.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    create_engine,
    event,
    func,
    make_url,
    select,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from kit.clock import utc_now
from kit.direct import Direct, Found

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "busy_timeout=15000",
    "secure_delete=ON",
)

PROVEN_FOR = 0.5
"""Seconds for which a PostgreSQL connection that was just used is taken to be alive."""
USED_AT = "used at"
GLANCES = 2
"""Connections kept for single SELECTs, beside the others."""


RowId = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit row number; SQLite only numbers rows by itself in a column it calls INTEGER."""


class CampaignBase(DeclarativeBase):
    """Tables of Well Thought's side."""

    metadata = MetaData(naming_convention=NAMES)


class PlatformBase(DeclarativeBase):
    """Tables of the platform's side."""

    metadata = MetaData(naming_convention=NAMES)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime on both databases; SQLite keeps no zone, so it is put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a zone may not be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """An engine and the two ways to use it."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self.engine = _engine(url, pool_size)
        self._writer = self.engine.execution_options(writing=True)
        self._glancing = _for_glances(self.engine)

    @property
    def is_postgresql(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    def now(self) -> datetime:
        """The database server's time, aware, in UTC: the one clock that all its workers share."""
        if not self.is_postgresql:
            return utc_now()
        with self.glance() as connection:
            present: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return present.astimezone(UTC)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for looking; never waits for a writer on SQLite."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are committed together at the end, or not at all."""
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    def glance(self) -> Connection:
        """A connection for single SELECTs, each seeing what is committed; close it after use."""
        return self._glancing.connect()

    def look(self, statement: Direct, given: Mapping[str, Any]) -> Found | None:
        """What a single SELECT finds of what is committed: one row, or nothing."""
        if not self.is_postgresql:
            with self.glance() as connection:
                return statement.one(connection, given)
        return self._by_glance(statement, given)

    def alone(self, statement: Direct, given: Mapping[str, Any]) -> Found | None:
        """What a single statement that changes something gives back; it is a transaction itself."""
        if not self.is_postgresql:
            with self._writer.begin() as connection:
                return statement.one(connection, given)
        return self._by_glance(statement, given)

    def dispose(self) -> None:
        self.engine.dispose()
        self._glancing.dispose()

    def _by_glance(self, statement: Direct, given: Mapping[str, Any]) -> Found | None:
        pooled = self._glancing.raw_connection()
        try:
            return statement.by_driver(pooled, given)
        finally:
            pooled.close()


def _engine(url: str, pool_size: int) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        engine = create_engine(parsed, pool_size=pool_size, max_overflow=10)
        _ask_the_idle(engine)
        return engine
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, pool_size=pool_size, max_overflow=20)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _for_glances(engine: Engine) -> Engine:
    """On PostgreSQL connections of its own, which begin nothing and so have nothing to undo."""
    if engine.dialect.name != "postgresql":
        return engine
    autocommitting = create_engine(
        engine.url,
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
        pool_size=GLANCES,
        max_overflow=10,
    )
    _ask_the_idle(autocommitting)
    return autocommitting


def _ask_the_idle(engine: Engine) -> None:
    """Replace a connection that died while it lay in the pool; one just used well is not asked."""

    def given_back(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info[USED_AT] = time.monotonic()

    def taken(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        used_at = record.info.get(USED_AT)
        is_proven = used_at is None or time.monotonic() - used_at < PROVEN_FOR
        if is_proven and not connection.closed:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error

    event.listen(engine, "checkin", given_back)
    event.listen(engine, "checkout", taken)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at once: a reader that upgrades later is refused without a wait."""
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
