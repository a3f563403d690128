"""Open one side's database for a command, and close it again."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from checkin import databases
from kit.database import Database
from kit.errors import Refused
from kit.settings import Settings
from kit.timeouts import OPERATOR, DatabaseTimeouts


@contextmanager
def migrated_campaign(
    settings: Settings, timeouts: DatabaseTimeouts = OPERATOR
) -> Iterator[Database]:
    """Open the migrated campaign database; Refused if absent, unreachable or behind."""
    with _opened(settings, "campaign", databases.campaign(settings, timeouts)) as database:
        yield database


@contextmanager
def migrated_platform(
    settings: Settings, timeouts: DatabaseTimeouts = OPERATOR
) -> Iterator[Database]:
    """Open the migrated platform database; Refused if absent, unreachable or behind."""
    with _opened(settings, "platform", databases.platform(settings, timeouts)) as database:
        yield database


@contextmanager
def _opened(settings: Settings, name: str, database: Database) -> Iterator[Database]:
    try:
        _refuse_unready(settings, name, database)
        yield database
    finally:
        database.dispose()


def _refuse_unready(settings: Settings, name: str, database: Database) -> None:
    side = next(side for side in databases.sides(settings) if side.name == name)
    try:
        is_current = databases.is_current(side, database)
    except OperationalError:
        raise Refused(
            f"The {name} database cannot be reached; check CHECKIN_{name.upper()}_DATABASE_URL."
        ) from None
    if not is_current:
        raise Refused(f"The {name} database is not up to date; run `checkin init`.")
