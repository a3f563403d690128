"""A statement handed to psycopg without SQLAlchemy's bookkeeping around it.

That costs a short statement more than psycopg and PostgreSQL need for it together, so the few that
every visit to the portal runs go this way. On SQLite they go through SQLAlchemy like all others.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, cast

import psycopg
from sqlalchemy import Connection, PoolProxiedConnection, Select, TextClause, UpdateBase, make_url

Found = tuple[Any, ...]

PSYCOPG = make_url("postgresql+psycopg://").get_dialect()()


class Direct:
    """A statement that gives one row or none, of plain types that psycopg reads and writes itself.

    `columns` are those that an INSERT is given values for.
    """

    def __init__(
        self,
        statement: Select[*Found] | UpdateBase | TextClause,
        *,
        columns: Sequence[str] | None = None,
    ) -> None:
        self._statement = statement
        self._columns = columns

    @cached_property
    def _compiled(self) -> tuple[str, dict[str, Any]]:
        """The statement as psycopg takes it, and the constants that are written in it."""
        compiled = self._statement.compile(dialect=PSYCOPG, column_keys=self._columns)
        constants = {name: value for name, value in compiled.params.items() if value is not None}
        return str(compiled), constants

    def one(self, connection: Connection, given: Mapping[str, Any]) -> Found | None:
        """Its row, in the transaction of a connection."""
        if connection.dialect.name == PSYCOPG.name:
            return self.by_driver(connection.connection, given)
        found = connection.execute(self._statement, given).one_or_none()
        return None if found is None else tuple(found)

    def by_driver(self, pooled: PoolProxiedConnection, given: Mapping[str, Any]) -> Found | None:
        """Its row, by a connection to PostgreSQL out of an engine's pool."""
        connection = cast(psycopg.Connection[Found], pooled.driver_connection)
        sql, constants = self._compiled
        return connection.execute(sql, {**constants, **given}).fetchone()
