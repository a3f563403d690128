"""Run migrations; used by both sides' `env.py`."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from kit.database import UtcDateTime


def migrate() -> None:
    """Migrate over the connection given to `migrations.config`."""
    attributes = context.config.attributes
    context.configure(
        connection=attributes["connection"],
        target_metadata=attributes["metadata"],
        transaction_per_migration=not attributes["connection"].in_transaction(),
        render_as_batch=attributes.get("batch", True),
        render_item=_in_plain_types,
        compare_server_default=compares_defaults(attributes["connection"]),
    )
    with context.begin_transaction():
        context.run_migrations()


def compares_defaults(connection: Connection) -> bool:
    """Whether to compare server defaults; SQLite would report identity columns as changed."""
    return connection.dialect.name != "sqlite"


def _in_plain_types(kind: str, item: Any, _autogenerate: AutogenContext) -> str | Literal[False]:
    """Render SQLAlchemy's types instead of this project's classes, which may change later."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False
