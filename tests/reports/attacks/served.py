"""What an attacker sees: what is served to readers, or everything that a database holds."""

import json

from sqlalchemy import select, table, text

from campaigns import releases
from kit.database import Database
from reports.models import Release
from tests.support.reports import MONTH, ReportsWorld


def as_csv(campaign: Database) -> str:
    """The month's figures as readers fetch them."""
    with campaign.reading() as session:
        return releases.as_csv(releases.document(session, MONTH))


def drawn(world: ReportsWorld, month: str = MONTH) -> Release:
    """The month's release as the platform keeps it."""
    release = world.release(month)
    assert release is not None
    return release


def everything(database: Database) -> str:
    """Every value of every row, as text."""
    with database.engine.connect() as connection:
        rows = [
            [json.dumps(value) if isinstance(value, str) else str(value) for value in row]
            for name in connection.dialect.get_table_names(connection)
            for row in connection.execute(select(text("*")).select_from(table(name)))
        ]
    return "\n".join("\t".join(row) for row in rows)
