"""The racer lets two ticks draw at once, so that a charge half written looks like tampering."""

from collections.abc import Callable
from contextlib import nullcontext

import pytest

from kit.anchors import FileAnchor
from reports import freeze as freezing
from reports.anchor import Entry, ReleaseAnchor
from reports.freeze import Desk, freeze_due
from tests.support.reports import DUE, MONTH, ReportsWorld, small_month

BEFORE = "2026-11"


class Between(ReleaseAnchor):
    """An anchor at which the other tick looks when a line is durable and its charge is not."""

    def __init__(self, world: ReportsWorld, look: Callable[[], object]) -> None:
        super().__init__(FileAnchor(world.folder / "anchor"))
        self._look = look

    def add(self, entry: Entry) -> None:
        super().add(entry)
        self._look()


def _race(world: ReportsWorld) -> Desk:
    """Two months are due, and a second tick runs in the middle of the first; returns its desk."""
    ids = small_month(world)
    world.open_round(BEFORE)
    world.link(ids, BEFORE)
    other = world.desk()
    first = world.desk(anchor=Between(world, lambda: freeze_due(other, now=DUE)))
    assert [BEFORE, MONTH] == freeze_due(first, now=DUE)
    return other


def test_ticks_without_a_lock_raise_a_false_alarm(
    world: ReportsWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freezing, "only_one", lambda _platform: nullcontext())

    assert {BEFORE, MONTH} >= set(_race(world).refused) > set()


def test_of_two_ticks_one_draws_and_the_other_says_nothing(world: ReportsWorld) -> None:
    assert {} == _race(world).refused
