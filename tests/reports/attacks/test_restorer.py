"""The restorer puts old backups back, to have a month drawn again."""

import statistics
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select

from kit.database import Database
from kit.errors import Refused
from reports import ledger, push
from reports.freeze import freeze, freeze_due
from reports.models import Charge, Release
from tests.reports import chance
from tests.reports.attacks import naive, served
from tests.reports.attacks.draws import counted_draws
from tests.reports.attacks.effort import EPSILON, LONGER
from tests.support.reports import CLOSED, DUE, MONTH, ReportsWorld, small_month

TRUTH, RESTORED = 123, 1000
TABLES = (Charge, Release)

Backup = dict[type[Charge | Release], list[dict[str, Any]]]


def test_a_release_that_only_its_database_remembers_is_drawn_after_each_restore() -> None:
    board = naive.NoisyOnce([TRUTH], EPSILON)
    backup, looks = deepcopy(board.database), []
    for _ in range(RESTORED):
        board.database = deepcopy(backup)
        looks += board.look(MONTH)

    assert abs(statistics.fmean(looks) - TRUTH) < chance.of_noise(EPSILON, RESTORED)


def test_an_old_database_draws_nothing_again(
    world: ReportsWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_month(world)
    draws, backup = counted_draws(monkeypatch), _back_up(world)
    freeze(world.desk(), MONTH, now=CLOSED)

    for _ in range(5 * LONGER):
        _restore(world, backup)
        _ask_again(world)
        with world.platform.writing() as session:
            assert [MONTH] == ledger.adopt(session, world.anchor)
        _ask_again(world)

    assert 1 == len(draws)


def test_an_old_anchor_draws_nothing_again(
    world: ReportsWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_month(world)
    draws, backup = counted_draws(monkeypatch), _back_up(world)
    freeze(world.desk(), MONTH, now=CLOSED)
    _anchor_file(world).unlink()

    _ask_again(world)
    with world.platform.writing() as session, pytest.raises(Refused, match="nothing was adopted"):
        ledger.adopt(session, world.anchor)
    with world.platform.writing() as session:
        session.execute(delete(Release))
    _ask_again(world)

    assert {Charge: [], Release: []} == backup
    assert 1 == len(draws)


def test_an_old_database_with_its_old_anchor_draws_nothing_that_was_published_again(
    world: ReportsWorld, campaign_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_month(world)
    draws, backup = counted_draws(monkeypatch), _back_up(world)
    world.published = lambda: push.published(campaign_db)
    freeze(world.desk(), MONTH, now=CLOSED)
    push.push_releases(world.platform, campaign_db, now=CLOSED)
    before = served.as_csv(campaign_db)

    for _ in range(5 * LONGER):
        _restore(world, backup)
        _anchor_file(world).unlink(missing_ok=True)
        _ask_again(world)
        push.push_releases(world.platform, campaign_db, now=DUE)

    assert (1, before) == (len(draws), served.as_csv(campaign_db))


def _ask_again(world: ReportsWorld) -> None:
    """By hand and by the tick."""
    with suppress(Refused):
        freeze(world.desk(), MONTH, now=DUE)
    freeze_due(world.desk(), now=DUE)


def _back_up(world: ReportsWorld) -> Backup:
    with world.platform.reading() as session:
        return {
            table: [dict(row) for row in session.execute(select(table.__table__)).mappings()]
            for table in TABLES
        }


def _restore(world: ReportsWorld, backup: Backup) -> None:
    with world.platform.writing() as session:
        for table, rows in backup.items():
            session.execute(delete(table))
            if rows:
                session.execute(insert(table), rows)


def _anchor_file(world: ReportsWorld) -> Path:
    return world.folder / "anchor"
