"""The watcher looks at when the release comes and how large it is."""

import json

from reports.freeze import freeze_due
from tests.reports.attacks import naive, served
from tests.support.reports import CHANGED, CLOSED, DUE, NORTH, ReportsWorld

Shape = list[tuple[str, str, str, str]]


def test_a_pivot_table_comes_with_the_first_reply_and_grows_with_it() -> None:
    without, with_one = naive.pivot([]), naive.pivot([CHANGED])

    assert (0, 6) == (len(without), len(with_one))


def test_one_reply_changes_neither_the_day_nor_the_shape_of_a_release(world: ReportsWorld) -> None:
    nobody, somebody = _watch(world, "2026-11", 0), _watch(world, "2026-12", 1)

    assert nobody == somebody


def _watch(world: ReportsWorld, month: str, replies: int) -> tuple[str, Shape]:
    """The day of a month's release, and which figures it has."""
    world.open_round(month)
    world.reply(world.mail({NORTH: 700}, month)[:replies], CHANGED, month)
    assert [] == freeze_due(world.desk(), now=CLOSED)
    assert [month] == freeze_due(world.desk(), now=DUE)
    shown = json.loads(served.drawn(world, month).document or "")
    names = ("group", "measure", "question", "option")
    own = [f for f in shown["figures"] if not f["measure"].endswith("_months")]
    return shown["released_on"], [tuple(figure[name] for name in names) for figure in own]
