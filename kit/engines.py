"""SQLAlchemy engines for SQLite and PostgreSQL, with a timeout on every wait."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout
from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from kit import private_files
from kit.timeouts import KEEPALIVE, DatabaseTimeouts

SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "busy_timeout=15000",
    "secure_delete=ON",
)

PROVEN_FOR = 0.5
"""Seconds after its last use during which a pooled PostgreSQL connection is not pinged."""
USED_AT = "used at"

Result = TypeVar("Result")


class LimitedConnection(psycopg.Connection[Any]):
    """A psycopg connection that closes when the server is silent for `silence` seconds."""

    silence: float

    def wait(
        self, gen: PQGen[Result], interval: float = 0.1, timeout: float | None = None
    ) -> Result:
        """Wait as psycopg does, up to the limit.

        Raises:
            psycopg.OperationalError: the server was silent for too long.
        """
        try:
            return super().wait(gen, interval, self.silence if timeout is None else timeout)
        except _WaitTimeout:
            self.pgconn.finish()
            raise psycopg.OperationalError(
                f"the server has said nothing for {self.silence:g} s"
            ) from None


def transactional(url: str | URL, timeouts: DatabaseTimeouts, *, pool_size: int) -> Engine:
    """Return an engine whose connections begin a transaction with the first statement."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return _postgresql(parsed, timeouts, pool_size=pool_size)
    return _sqlite(parsed, timeouts, pool_size=pool_size)


def _postgresql(url: URL, timeouts: DatabaseTimeouts, *, pool_size: int) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        max_overflow=10,
        pool_timeout=timeouts.pool,
        connect_args=_parameters(url.normalized_query, timeouts),
        pool_size=pool_size,
    )

    @event.listens_for(engine, "do_connect")
    def connect(
        _dialect: object, _record: object, arguments: Any, parameters: Any
    ) -> LimitedConnection:
        connection = LimitedConnection.connect(*arguments, **parameters)
        connection.silence = timeouts.silence
        return connection

    _ask_the_idle(engine)
    return engine


def _parameters(query: Mapping[str, Sequence[str]], timeouts: DatabaseTimeouts) -> dict[str, Any]:
    """Return libpq's parameters; the URL's own win.

    https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS. Of two `-c` in
    `options` the server takes the last.
    """
    chosen = {"connect_timeout": timeouts.connect, **KEEPALIVE}
    options = " ".join((_server_settings(timeouts), *query.get("options", ())))
    return {name: chosen[name] for name in chosen.keys() - query.keys()} | {"options": options}


def _server_settings(timeouts: DatabaseTimeouts) -> str:
    """Return the session settings: timeouts in ms, then TCP keepalive in seconds."""
    settings = {
        "statement_timeout": round(timeouts.statement * 1000),
        "lock_timeout": round(timeouts.lock * 1000),
        "idle_in_transaction_session_timeout": round(timeouts.statement * 1000),
        "tcp_user_timeout": KEEPALIVE["tcp_user_timeout"],
        "tcp_keepalives_idle": KEEPALIVE["keepalives_idle"],
        "tcp_keepalives_interval": KEEPALIVE["keepalives_interval"],
        "tcp_keepalives_count": KEEPALIVE["keepalives_count"],
    }
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


def _sqlite(url: URL, timeouts: DatabaseTimeouts, *, pool_size: int) -> Engine:
    if url.database and url.database != ":memory:":
        private_files.make_file(Path(url.database))
    engine = create_engine(url, pool_size=pool_size, max_overflow=20, pool_timeout=timeouts.pool)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _ask_the_idle(engine: Engine) -> None:
    """Ping a connection that was idle in the pool, and replace it if it is dead."""

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
    """Take the write lock at once: SQLite refuses a reader that upgrades later without waiting."""
    options = connection.get_execution_options()
    if options.get("autocommit"):
        return
    writing = options.get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
