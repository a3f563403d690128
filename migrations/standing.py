"""Check whether a side's database is at a revision that this code can work with."""

from functools import cache
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import migrations
from kit.database import Database


def is_current(side: str, database: Database) -> bool:
    """Whether the database is at the newest revision, or at a later one unknown to this code.

    A later one is compatible by the rules for migrations.
    """
    with database.engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    head, known = _revisions(migrations.FOLDER / side)
    return revision == head or (revision is not None and revision not in known)


@cache
def _revisions(history: Path) -> tuple[str | None, frozenset[str]]:
    """Return the newest revision of one side's history, and all its revisions."""
    scripts = ScriptDirectory(str(history))
    return scripts.get_current_head(), frozenset(
        script.revision for script in scripts.walk_revisions()
    )
