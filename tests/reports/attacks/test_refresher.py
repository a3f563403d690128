"""The refresher looks a thousand times, to average the noise away."""

import statistics

import pytest

from campaigns import releases
from kit.database import Database
from reports import push
from reports.freeze import freeze_due
from tests.reports import chance
from tests.reports.attacks import naive, served
from tests.reports.attacks.draws import counted_draws
from tests.reports.attacks.effort import EPSILON, LONGER
from tests.support.reports import DUE, ReportsWorld, small_month

TRUTH, LOOKS = 123, 1000


def test_noise_that_is_drawn_at_each_look_averages_out() -> None:
    looks = [naive.noisy_live([TRUTH], EPSILON)[0] for _ in range(LOOKS)]

    assert abs(statistics.fmean(looks) - TRUTH) < chance.of_noise(EPSILON, LOOKS)


def test_a_release_is_the_same_at_each_look_and_after_each_loss(
    world: ReportsWorld, campaign_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_month(world)
    draws = counted_draws(monkeypatch)
    seen = set()
    for look in range(25 * LONGER):
        freeze_due(world.desk(), now=DUE)
        if look % 5 == 4:
            _lose(campaign_db)
        push.push_releases(world.platform, campaign_db, now=DUE)
        seen.add(served.as_csv(campaign_db))

    assert (1, 1) == (len(draws), len(seen))


def _lose(campaign: Database) -> None:
    with campaign.writing() as session:
        for row in releases.newest_first(session):
            session.delete(row)
