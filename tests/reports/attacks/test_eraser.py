"""The eraser compares what is served before and after somebody was erased."""

import random

from kit.database import Database
from reports import push
from reports.freeze import freeze, freeze_due
from tenants.rights import rights
from tests.reports.attacks import naive, served
from tests.reports.attacks.effort import LONGER, OPTIONS
from tests.support.reports import CLOSED, DUE, MONTH, ReportsWorld, small_month

QUESTIONS, TENANTS, BOARDS = 6, 200, 20


def test_a_live_board_changes_when_somebody_goes() -> None:
    chance = random.Random("a live board")
    exposed = 0
    for _ in range(BOARDS):
        tenants = [[chance.randrange(OPTIONS) for _ in range(QUESTIONS)] for _ in range(TENANTS)]
        counts = [
            [sum(answers[question] == option for answers in tenants) for option in range(OPTIONS)]
            for question in range(QUESTIONS)
        ]
        exposed += sum(_erasure_shows(counts, answers) for answers in tenants)

    assert exposed > 0.6 * BOARDS * TENANTS


def test_a_release_stays_the_same_bytes(world: ReportsWorld, campaign_db: Database) -> None:
    ids = small_month(world)
    freeze(world.desk(), MONTH, now=CLOSED)
    push.push_releases(world.platform, campaign_db, now=CLOSED)
    before = served.as_csv(campaign_db)

    for id_ in ids[: 12 * LONGER]:
        with world.platform.writing() as session:
            victim = rights.by_id(session, id_)
            assert victim is not None
            rights.erase(session, victim, now=DUE)
        freeze_due(world.desk(), now=DUE)
        push.push_releases(world.platform, campaign_db, now=DUE)
        assert before == served.as_csv(campaign_db)


def _erasure_shows(counts: list[list[int]], victim: list[int]) -> bool:
    """Whether the rounded board of some question changes when the victim's answers go."""
    for cells, answer in zip(counts, victim, strict=True):
        fewer = [count - (place == answer) for place, count in enumerate(cells)]
        if naive.rounded_live(cells) != naive.rounded_live(fewer):
            return True
    return False
