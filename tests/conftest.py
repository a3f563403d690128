"""Shared fixtures: each database test runs on SQLite and, where it is there, on PostgreSQL.

Both are made by the migrations, as an operator's are.
"""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy import literal, select, union_all

from checkin.databases import METADATA, Side, upgrade_side
from kit.database import Database
from tests.support import loopback

POSTGRESQL = os.environ.get("CHECKIN_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432")
REDIS = os.environ.get("CHECKIN_TEST_REDIS", "redis://127.0.0.1:6379/13")
REQUIRE_SERVICES = os.environ.get("CHECKIN_REQUIRE_SERVICES") == "1"
NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)

settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")
loopback.stay_on_it()
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"


def _reachable(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10):
            return True
    except OSError:
        return False


def skip_or_fail(what: str) -> None:
    """Leave a test out with a reason, or fail it where every service is required."""
    if REQUIRE_SERVICES:
        pytest.fail(f"{what} is required (CHECKIN_REQUIRE_SERVICES=1) and is not there")
    pytest.skip(f"{what} is not there")


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A migrated file of each side, to be copied."""
    folder = tmp_path_factory.mktemp("migrated")
    files = {side: folder / f"{side}.db" for side in METADATA}
    for side, file in files.items():
        upgrade_side(Side(side, f"sqlite:///{file}"))
    return files


@pytest.fixture(scope="session")
def postgresql_urls(worker_id: str) -> Iterator[dict[str, str] | None]:
    """A campaign and a platform database of this test process's own, or None."""
    if not _reachable(5432):
        yield None
        return
    names = {side: f"checkin_test_{os.getpid()}_{worker_id}_{side}" for side in METADATA}
    urls = {side: f"{POSTGRESQL}/{name}" for side, name in names.items()}
    with psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True) as connection:
        for name in names.values():
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name}")
    for side, url in urls.items():
        upgrade_side(Side(side, url))
    yield urls
    with psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True) as connection:
        for name in names.values():
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def migrated_database(
    backend: str,
    tmp_path: Path,
    sqlite_files: dict[str, Path],
    postgresql_urls: dict[str, str] | None,
) -> Callable[[str], Iterator[Database]]:
    """Opens a side's database."""

    def opened(side: str) -> Iterator[Database]:
        if backend == "sqlite":
            yield from _on_sqlite(tmp_path / f"{side}.db", sqlite_files[side])
        else:
            yield from _on_postgresql(side, postgresql_urls)

    return opened


@pytest.fixture
def campaign_db(migrated_database: Callable[[str], Iterator[Database]]) -> Iterator[Database]:
    yield from migrated_database("campaign")


@pytest.fixture
def platform_db(migrated_database: Callable[[str], Iterator[Database]]) -> Iterator[Database]:
    yield from migrated_database("platform")


def _on_sqlite(file: Path, migrated: Path) -> Iterator[Database]:
    shutil.copy(migrated, file)
    database = Database(f"sqlite:///{file}")
    yield database
    database.dispose()


def _on_postgresql(side: str, urls: dict[str, str] | None) -> Iterator[Database]:
    if urls is None:
        skip_or_fail("PostgreSQL")
        return
    database = Database(urls[side])
    yield database
    _empty(database, side)
    database.dispose()


def _empty(database: Database, side: str) -> None:
    """Truncate what holds anything: truncating an empty table costs as much as a full one.

    As a replica no trigger fires: those that keep a log would refuse.
    """
    full = union_all(
        *(
            select(literal(table.name)).where(select(literal(1)).select_from(table).exists())
            for table in METADATA[side].sorted_tables
        )
    )
    with database.engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        found = connection.scalars(full).all()
        if found:
            connection.exec_driver_sql(f"TRUNCATE {', '.join(found)} RESTART IDENTITY CASCADE")
