"""Two databases, one per side, on SQLite or PostgreSQL.

Domain code is handed a session and never commits; whoever opened the session with `reading()` or
`writing()` commits once, when the block ends without an error.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property

from sqlalchemy import (
    URL,
    BigInteger,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    func,
    select,
)
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from kit import engines
from kit.clock import utc_now
from kit.timeouts import LOOK, OPERATOR, DatabaseTimeouts

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

RowId = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit row number. SQLite numbers rows itself only in a column declared INTEGER."""


class CampaignBase(DeclarativeBase):
    """Tables of Well Thought's side."""

    metadata = MetaData(naming_convention=NAMES)


class PlatformBase(DeclarativeBase):
    """Tables of the platform's side."""

    metadata = MetaData(naming_convention=NAMES)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime on both databases. SQLite stores no zone, so it is added on reading."""

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
    """An engine and its sessions; `timeouts` is one of the sets in `kit.timeouts`."""

    def __init__(
        self, url: str | URL, *, pool_size: int = 5, timeouts: DatabaseTimeouts = OPERATOR
    ) -> None:
        self.engine = engines.transactional(url, timeouts, pool_size=pool_size)
        self._writer = self.engine.execution_options(writing=True)

    @property
    def is_postgresql(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    def now(self) -> datetime:
        """Return the database server's time, aware, in UTC: the clock that all workers share."""
        if not self.is_postgresql:
            return utc_now()
        with self.autocommit() as connection:
            present: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return present.astimezone(UTC)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session for reading, which on SQLite never waits for a writer."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session that commits at the end of the block, or rolls back on an error."""
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    def autocommit(self) -> Connection:
        """Return an autocommit connection; the caller closes it."""
        options = {"isolation_level": "AUTOCOMMIT"} if self.is_postgresql else {"autocommit": True}
        return self.engine.connect().execution_options(**options)

    @cached_property
    def to_look_at(self) -> "Database":
        """Return the same database with one connection and short timeouts, for health checks."""
        return Database(self.engine.url, pool_size=1, timeouts=LOOK)

    def empty_log(self) -> None:
        """Empty SQLite's write-ahead log, which still holds rows that were deleted.

        Does nothing on PostgreSQL, or while another connection reads from the log.
        """
        if not self.is_postgresql:
            with self.autocommit() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def dispose(self) -> None:
        self.engine.dispose()
        if "to_look_at" in self.__dict__:
            self.to_look_at.dispose()
