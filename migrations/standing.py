"""Whether a side's database stands at a revision that this code can work on."""

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import migrations
from kit.database import Database


def is_current(side: str, database: Database) -> bool:
    """Whether this code can work on the database: it stands at the newest revision, or at a later
    one that this code does not know yet, which by the rules takes nothing away from it."""
    with database.engine.connect() as connection:
        scripts = ScriptDirectory.from_config(migrations.config(side, connection=connection))
        known = {script.revision for script in scripts.walk_revisions()}
        revision = MigrationContext.configure(connection).get_current_revision()
    return revision == scripts.get_current_head() or (
        revision is not None and revision not in known
    )
