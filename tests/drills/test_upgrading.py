"""An upgrade gives way to whoever is at work, and old code goes on beside it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from checkin import databases
from checkin.databases import Side, upgrade_side
from kit.errors import Refused
from migrations import upgrading
from tests.conftest import skip_or_fail
from tests.drills.databases import Drill, migrated
from tests.drills.next_release import next_release


@pytest.fixture
def drill(tmp_path: Path, postgresql_urls: dict[str, str] | None) -> Iterator[Drill]:
    if postgresql_urls is None:
        skip_or_fail("PostgreSQL")
    with migrated("campaign", "postgresql", tmp_path) as made:
        yield made


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upgrading, "LOCK_TIMEOUT", "50ms")
    monkeypatch.setattr(upgrading, "TRIES", 2)
    monkeypatch.setattr(upgrading, "PAUSE_SECONDS", 0.0)


def _has_new_table(drill: Drill) -> bool:
    with drill.opened() as database:
        return inspect(database.engine).has_table("next_release")


@pytest.mark.usefixtures("impatient")
def test_it_gives_way_to_a_transaction_that_does_not_end(drill: Drill, tmp_path: Path) -> None:
    side = Side("campaign", drill.url)
    with next_release("campaign", tmp_path):
        with drill.opened() as database, database.engine.connect() as reader:
            reader.execute(text("SELECT 1 FROM deliveries"))
            with pytest.raises(Refused, match="somebody holds a lock"):
                upgrade_side(side)
            with database.engine.begin() as worker:
                worker.execute(text("UPDATE deliveries SET cause = NULL"))
        assert not _has_new_table(drill)

        upgrade_side(side)

    assert _has_new_table(drill)


def test_code_of_the_last_release_works_on_a_database_of_the_next(
    drill: Drill, tmp_path: Path
) -> None:
    side = Side("campaign", drill.url)
    with next_release("campaign", tmp_path):
        with drill.opened() as database:
            assert not databases.is_current(side, database)
        upgrade_side(side)

    upgrade_side(side)
    with drill.opened() as database:
        assert databases.is_current(side, database)
