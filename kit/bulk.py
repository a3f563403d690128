"""Many rows at once: COPY on PostgreSQL, one prepared INSERT on SQLite."""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, cast

import psycopg
from psycopg import sql
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Table,
    UpdateBase,
    bindparam,
    func,
    insert,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session

INSERTED_AT_ONCE = 1_000


def insert_many(
    session: Session, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert `rows`, each with a value for each of `columns`, in the session's transaction.

    Other columns take the database's default. One row that breaks a constraint fails them all. On
    PostgreSQL `rows` is consumed while the server writes.
    """
    session.flush()
    if is_postgresql(session):
        _copy(session, table, columns, rows)
        return
    left = iter(rows)
    while some := [dict(zip(columns, row, strict=True)) for row in islice(left, INSERTED_AT_ONCE)]:
        session.execute(insert(table), some)


def changed(session: Session, statement: UpdateBase) -> int:
    """Run an UPDATE, DELETE or INSERT; returns how many rows it changed.

    Objects already loaded in the session are not refreshed.
    """
    session.flush()
    counted = {"preserve_rowcount": True}
    return session.connection().execute(statement, execution_options=counted).rowcount


def add_new(
    session: Session, model: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]]
) -> int:
    """Insert rows, skipping those whose key exists; returns how many were inserted."""
    if not rows:
        return 0
    insert_on = postgresql.insert if is_postgresql(session) else sqlite.insert
    return changed(session, insert_on(model).values(list(rows)).on_conflict_do_nothing())


def add_if_new(session: Session, table: Table, row: Mapping[str, Any]) -> Any | None:
    """Insert one row and return its key's first column; None if the key exists."""
    insert_on = postgresql.insert if is_postgresql(session) else sqlite.insert
    added = insert_on(table).on_conflict_do_nothing().returning(*table.primary_key)
    return session.connection().execute(added, row).scalar()


def any_of(
    session: Session, column: ColumnElement[Any] | InstrumentedAttribute[Any], values: Sequence[Any]
) -> ColumnElement[bool]:
    """Return `column IN values`: one array parameter on PostgreSQL, a list on SQLite."""
    if is_postgresql(session):
        return column == func.any(bindparam(None, list(values), ARRAY(column.expression.type)))
    return column.in_(values)


def as_column(session: Session, values: Sequence[int]) -> ColumnElement[int]:
    """Return `values` as a one-column table to join, so that each is looked up by index.

    With `= ANY` and a few thousand keys, PostgreSQL scans a table it has no statistics for.
    """
    if is_postgresql(session):
        return func.unnest(bindparam(None, list(values), ARRAY(BigInteger))).column_valued("listed")
    return func.json_each(json.dumps(list(values))).table_valued("value").c.value


def lock(session: Session, name: str) -> None:
    """Take the lock `name` until the transaction ends; other transactions wait for it.

    SQLite needs none: a writer has the whole database to itself.
    """
    if is_postgresql(session):
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def is_postgresql(session: Session) -> bool:
    """Whether this session's database is PostgreSQL."""
    return session.get_bind().dialect.name == "postgresql"


def _copy(
    session: Session, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    connection = cast(psycopg.Connection, session.connection().connection.driver_connection)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
