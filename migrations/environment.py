"""What both sides' `env.py` run."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from kit.database import UtcDateTime


def run() -> None:
    """Migrate over the connection that `migrations.config` was given."""
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
    """Not on SQLite, which has no word for an identity, so that each would look changed."""
    return connection.dialect.name != "sqlite"


def _in_plain_types(kind: str, item: Any, _autogenerate: AutogenContext) -> str | Literal[False]:
    """A migration is history: it names SQLAlchemy's types, not today's classes of this project."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False
