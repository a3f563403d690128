"""Wait until another transaction stands still, so that two that collide do so every time."""

from sqlalchemy import text

from kit.database import Database
from tests.chaos import processes

WAITING = text(
    "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def until_somebody_waits(database: Database) -> None:
    """Return when somebody waits for a lock; a writer on SQLite has the whole file anyway."""

    def is_so() -> bool:
        with database.reading() as session:
            return session.execute(WAITING).first() is not None

    if database.is_postgresql:
        processes.wait_until(is_so, "a lock that is waited for")
