"""A platform database put back from its backup: no second release, and nobody erased comes back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kit.anchors import FileAnchor
from kit.database import Database
from kit.errors import Refused
from replies.models import DataKey
from replies.vault import master_keys, rotation
from replies.vault.master_keys import KeyUnavailable, LocalRing
from reports import freeze as freezing
from reports import ledger
from reports.models import Release, ReleaseState
from tenants.models import Tenant
from tenants.rights import erasures, evidence, rights
from tenants.rights.erasures import CameBack
from tests.conftest import skip_or_fail
from tests.drills.databases import Drill, migrated
from tests.support import replies as replies_world
from tests.support import reports as reports_world
from tests.support import tenants as roster
from tests.tenants.roster.rosters import KEYS

KEEP = timedelta(days=30)
ALICE, BOB = "T-001", "T-002"


@pytest.fixture
def drill(backend: str, tmp_path: Path, postgresql_urls: dict[str, str] | None) -> Iterator[Drill]:
    if backend == "postgresql" and postgresql_urls is None:
        skip_or_fail("PostgreSQL")
    with migrated("platform", backend, tmp_path) as made:
        yield made


def _erase(database: Database, ref: str) -> None:
    with database.writing() as session:
        rights.erase(session, rights.find(session, ref), now=roster.NOW)


def _note(database: Database, folder: Path, **later: float) -> None:
    """What each tick does."""
    erasures.record_new(
        database, _anchor(folder), keys=KEYS, keep=KEEP, now=roster.NOW + timedelta(**later)
    )


def _anchor(folder: Path) -> FileAnchor:
    return FileAnchor(folder / "anchor" / "erasures")


def _refs(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(select(Tenant.tenant_ref)))


def test_a_month_that_was_drawn_after_the_backup_is_not_drawn_again(
    drill: Drill, tmp_path: Path
) -> None:
    with drill.opened() as database:
        reports_world.small_month(reports_world.build(database, tmp_path))
    drill.back_up()
    with drill.opened() as database:
        world = reports_world.ReportsWorld(database, tmp_path)
        freezing.freeze(world.desk(), reports_world.MONTH, now=reports_world.CLOSED)
    drill.restore()

    with drill.opened() as database:
        world = reports_world.ReportsWorld(database, tmp_path)
        later = reports_world.CLOSED + timedelta(days=9)
        with pytest.raises(Refused, match="checkin reports adopt"):
            freezing.freeze(world.desk(), reports_world.MONTH, now=later)
        assert [] == freezing.freeze_due(world.desk(), now=later)
        with database.writing() as session:
            assert [reports_world.MONTH] == ledger.adopt(session, world.anchor)
        with pytest.raises(Refused):
            freezing.freeze(world.desk(), reports_world.MONTH, now=later)
        with database.reading() as session:
            assert [ReleaseState.LOST] == session.scalars(select(Release.state)).all()


def test_whoever_was_erased_after_the_backup_stops_the_side_until_they_are_erased_again(
    drill: Drill, tmp_path: Path
) -> None:
    with drill.opened() as database:
        roster.build(database, tmp_path)
        _note(database, tmp_path)
        _erase(database, BOB)
        _note(database, tmp_path)
    drill.back_up()
    with drill.opened() as database:
        _erase(database, ALICE)
        _note(database, tmp_path)
    drill.restore()

    with drill.opened() as database:
        assert ALICE in _refs(database)
        for minutes in (1, 2):
            with pytest.raises(CameBack, match="run `checkin tenants adopt`"):
                _note(database, tmp_path, minutes=minutes)

        assert 1 == erasures.adopt(
            database, _anchor(tmp_path), keys=KEYS, keep=KEEP, now=roster.NOW
        )

        _note(database, tmp_path, minutes=3)
        assert {"T-003", "T-009"} == _refs(database)
        with database.reading() as session:
            assert 2 == session.scalar(select(func.count()).select_from(DataKey))
            entries = evidence.entries_after(session, 0, limit=9)
            sources = [each.source for each in entries if each.tenant_ref == ALICE]
            assert ["restored backup"] == sources


def test_a_tenant_who_came_back_by_their_own_will_stays(drill: Drill, tmp_path: Path) -> None:
    with drill.opened() as database:
        roster.build(database, tmp_path)
        _note(database, tmp_path)
        _erase(database, ALICE)
        _note(database, tmp_path)
        with database.writing() as session:
            session.add(
                Tenant(
                    tenant_ref=ALICE,
                    email=roster.ALICE,
                    housing_association="Northfield Homes (example)",
                    language="en",
                    monthly_email=True,
                    profiling=True,
                    changed_at=roster.NOW,
                )
            )
        for minutes in (1, 2):
            _note(database, tmp_path, minutes=minutes)
        assert ALICE in _refs(database)


def test_the_memory_of_an_erasure_names_nobody_and_goes_with_the_backups(
    drill: Drill, tmp_path: Path
) -> None:
    file = tmp_path / "anchor" / "erasures"
    with drill.opened() as database:
        roster.build(database, tmp_path)
        _note(database, tmp_path)
        _erase(database, ALICE)
        _note(database, tmp_path)
        assert 2 == len(file.read_text().splitlines())
        assert ALICE not in file.read_text()

        _note(database, tmp_path, days=31)
        assert 1 == len(file.read_text().splitlines())


def test_a_backup_older_than_the_window_opens_for_nobody(drill: Drill, tmp_path: Path) -> None:
    ring = tmp_path / "vault"
    with drill.opened() as database:
        people = roster.build(database, tmp_path)
        alice, stranger = people.id_of(ALICE), people.id_of("T-009")
    drill.back_up()
    with drill.opened() as database:
        _note(database, tmp_path)
        _erase(database, ALICE)
        master_keys.add_epoch(ring)
        rotation.rewrap_all(database, LocalRing(ring))
        later = datetime.now(UTC) + timedelta(days=31)
        rotation.destroy_due(database, ring, window=KEEP, now=later)
    drill.restore()

    with drill.opened() as database:
        restored = roster.People(replies_world.RepliesWorld(database, ring), (), tmp_path)
        for tenant_id in (alice, stranger):
            with pytest.raises(KeyUnavailable, match="epoch-0001 is no longer"):
                restored.held(tenant_id)
