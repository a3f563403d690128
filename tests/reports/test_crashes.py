"""Crashes and restored backups: a month is drawn once, or lost and said to be."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from kit.errors import Refused
from reports import ledger, protect
from reports.anchor import Entry, ReleaseAnchor
from reports.cube import Counts, Noisy, Plan
from reports.freeze import freeze, freeze_due
from reports.models import Charge, Release, ReleaseState
from reports.spec import Spec
from tests.support.reports import (
    CLOSED,
    DUE,
    MONTH,
    ReportsWorld,
    small_month,
)


class Died(Exception):
    """The process ended here."""


@pytest.mark.parametrize("moment", ["before the charge", "at the anchor", "after the charge"])
def test_a_crash_never_draws_twice(
    world: ReportsWorld, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    small_month(world)
    _die(monkeypatch, moment)
    with pytest.raises(Died):
        freeze(world.desk(), MONTH, now=CLOSED)
    monkeypatch.undo()

    freeze_due(world.desk(), now=DUE)

    release = world.release()
    if moment == "before the charge":
        assert release is not None
        assert ReleaseState.FROZEN == release.state
    elif moment == "after the charge":
        assert release is not None
        assert (ReleaseState.LOST, None) == (release.state, release.document)
    else:
        with pytest.raises(Refused, match="checkin reports adopt"):
            freeze(world.desk(), MONTH, now=DUE)


def test_a_draw_that_was_declared_lost_meanwhile_is_not_kept(
    world: ReportsWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_month(world)
    desk, draw = world.desk(), protect.draw

    def slow(counts: list[Counts], plan: Plan, spec: Spec) -> list[Noisy]:
        freeze_due(world.desk(), now=CLOSED + timedelta(hours=2))
        return draw(counts, plan, spec)

    monkeypatch.setattr(protect, "draw", slow)
    with pytest.raises(Refused, match="declared lost"):
        freeze(desk, MONTH, now=CLOSED)


def test_a_restored_database_takes_back_what_was_spent(world: ReportsWorld) -> None:
    small_month(world)
    earlier = ReleaseAnchor.at(world.folder / "anchor")
    freeze(world.desk(), MONTH, now=CLOSED)
    _forget_everything(world)

    with pytest.raises(Refused, match="restored from a backup"):
        freeze(world.desk(), MONTH, now=DUE)
    with world.platform.writing() as session:
        assert [MONTH] == ledger.adopt(session, earlier)
    with pytest.raises(Refused, match="it is lost"):
        freeze(world.desk(), MONTH, now=DUE)
    with world.platform.reading() as session:
        assert 1 == len(ledger.verified(session, earlier))


def _forget_everything(world: ReportsWorld) -> None:
    with world.platform.writing() as session:
        for row in session.scalars(select(Charge)):
            session.delete(row)
        session.delete(session.get_one(Release, MONTH))


def _die(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    def die(*_arguments: object, **_named: object) -> None:
        raise Died

    if moment == "before the charge":
        monkeypatch.setattr(ledger, "charge", die)
    elif moment == "after the charge":
        monkeypatch.setattr(protect, "draw", die)
    else:
        add = ReleaseAnchor.add

        def add_and_die(self: ReleaseAnchor, entry: Entry) -> None:
            add(self, entry)
            raise Died

        monkeypatch.setattr(ReleaseAnchor, "add", add_and_die)
