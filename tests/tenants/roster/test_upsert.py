"""One tenant through the API ends as one row of a file does."""

from pathlib import Path

import pytest
from sqlalchemy import select

from kit.database import Database, PlatformBase
from tenants.models import Consent, Mark, Tenant
from tenants.rights import rights
from tenants.roster import upsert
from tenants.roster.rows import Row
from tests.tenants.roster.rosters import NOW, line, load_lines

FIRST = ("t1", "a@example.org", True, True)
STEPS = [
    FIRST,
    ("t1", "b@example.org", True, True),
    ("t1", "a@example.org", False, True),
    ("t1", "a@example.org", True, False),
    ("t1", "shared@example.org", False, False),
    ("t2", "new@example.org", True, True),
]


def _row(ref: str, email: str, agrees: bool, profiling: bool) -> Row:
    return Row(ref, email, "Northfield Homes (example)", "en", agrees, profiling)


def _text(ref: str, email: str, agrees: bool, profiling: bool) -> str:
    yes_no = {True: "yes", False: "no"}
    return line(ref, email, agrees=yes_no[agrees], profiling=yes_no[profiling])


def _dump(database: Database) -> dict[str, list[str]]:
    tables: tuple[type[PlatformBase], ...] = (Tenant, Consent, Mark)
    with database.reading() as session:
        return {
            table.__tablename__: sorted(
                repr({**row, "id": 0, "source": ""})
                for row in session.execute(select(table.__table__)).mappings()
            )
            for table in tables
        }


def _import(database: Database, step: tuple[str, str, bool, bool]) -> None:
    load_lines(database, _text(*step))


def _upsert(database: Database, step: tuple[str, str, bool, bool]) -> None:
    with database.writing() as session:
        upsert.upsert(session, _row(*step), now=NOW, source="api")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("is_stopped", [False, True])
def test_an_upsert_does_what_an_import_of_that_row_does(
    platform_db: Database,
    sqlite_files: dict[str, Path],
    tmp_path: Path,
    step: tuple[str, str, bool, bool],
    is_stopped: bool,
) -> None:
    file = tmp_path / "other.db"
    file.write_bytes(sqlite_files["platform"].read_bytes())
    other = Database(f"sqlite:///{file}")
    for database in (platform_db, other):
        load_lines(database, _text(*FIRST), line("stranger", "shared@example.org"))
        if is_stopped:
            with database.writing() as session:
                rights.stop(session, rights.find(session, "t1"), now=NOW)

    _upsert(platform_db, step)
    _import(other, step)

    assert _dump(other) == _dump(platform_db)
    before = _dump(platform_db)
    _upsert(platform_db, step)
    assert before == _dump(platform_db)
    other.dispose()
