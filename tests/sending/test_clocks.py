"""Wall clocks that jump, and the nights on which London's clocks change, with deaths in them."""

from datetime import UTC, datetime

import pytest

from kit.database import Database
from tests.support.dying_worker import Life
from tests.support.eventful_month import SIZE, nobody_meddles, story, walk

SUMMER_ENDS = datetime(2026, 10, 25, 0, 40, tzinfo=UTC)
SUMMER_BEGINS = datetime(2027, 3, 28, 0, 40, tzinfo=UTC)

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


def dead_after(database: Database, now: datetime, edge: str) -> Life:
    """A life that ends the first time it comes to an edge."""
    whole = Life()
    story(database, now, 0).live(whole)
    return Life(ends_at=whole.passed.index(edge) + 1)


@pytest.mark.parametrize("night", [SUMMER_ENDS, SUMMER_BEGINS])
def test_a_death_on_a_night_when_the_clocks_change_is_mended_like_any_other(
    campaign_db: Database, night: datetime
) -> None:
    assert walk(campaign_db, night, nobody_meddles, every=9) == {}


@pytest.mark.parametrize("hours", [-26, 5])
@pytest.mark.parametrize("edge", ["before a post", "after a post"])
def test_a_clock_that_jumps_after_a_death_doubles_and_loses_nobody(
    campaign_db: Database, now: datetime, hours: int, edge: str
) -> None:
    life = dead_after(campaign_db, now, edge)
    told = story(campaign_db, now, 1)
    told.live(life)
    told.clock.turn(hours=hours)
    told.go_on(nobody_meddles)
    told.clock.turn(hours=max(0, -hours))
    told.go_on(nobody_meddles)
    assert told.problems() == []


def test_a_clock_that_jumps_past_the_last_moment_sends_nothing_stale(
    campaign_db: Database, now: datetime
) -> None:
    told = story(campaign_db, now, 1)
    told.live(dead_after(campaign_db, now, "before a commit"))
    sent = sum(told.outside.accepted.values())
    told.clock.turn(hours=49)
    told.go_on(nobody_meddles)
    assert (sent, sum(told.outside.accepted.values())) == (40, 40)
    assert "the month is missed" in told.problems()
    assert len(told.problems()) == SIZE - 40 + 1
