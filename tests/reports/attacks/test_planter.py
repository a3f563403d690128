"""The planter makes a cell of its own, with replies it planted and one victim in it."""

import json

from reports.freeze import freeze
from reports.groups import ALL
from tests.reports.attacks import naive, served
from tests.reports.attacks.effort import OPTIONS
from tests.support.reports import CLOSED, MONTH, NORTH, ReportsWorld

TRAP = "Trap Homes (example)"
PLANTED, VICTIM = 12, 2
"""Replies that the planter gave, all of the first option, and the option that its victim chose."""


def test_a_pivot_table_shows_the_victim_among_planted_replies() -> None:
    exact = {TRAP: [PLANTED, *(int(option == VICTIM) for option in range(1, OPTIONS))]}

    assert 1 == naive.threshold_only(exact)[ALL][VICTIM]


def test_a_planted_segment_is_no_group_of_a_release(world: ReportsWorld) -> None:
    world.open_round()
    world.reply(world.mail({NORTH: 800, TRAP: PLANTED + 1})[-PLANTED - 1 :])
    freeze(world.desk(), MONTH, now=CLOSED)

    release = served.drawn(world)
    assert TRAP not in (release.document or "")
    assert TRAP not in json.dumps(release.noisy)
