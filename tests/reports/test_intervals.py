"""Shares with a noisy base: their intervals are as often true as they say, and within 0…100."""

import random

import pytest

from reports.estimate import Ratio
from reports.figures import Place
from reports.spec import SPEC

TRIES = 20_000
WIDEST = 0.022
"""Passed by chance less than once in 10⁹: 2·exp(−2·20,000·0.022²) (Hoeffding 1963)."""


def _coverage(part: float, whole: float, noise: float) -> float:
    """How often the interval of `part` in `whole` replies, as printed, holds the truth."""
    luck, truth, held = random.Random(7), 100 * part / whole, 0
    for _ in range(TRIES):
        own, rest = luck.gauss(0, noise), luck.gauss(0, 2 * noise)
        seen = Ratio(part + own, whole + own + rest, noise**2, 5 * noise**2, noise**2)
        figure = Place("a", "share_of_asked").percentage(seen, SPEC)
        held += abs(figure["estimate"] - truth) <= figure["margin"] + 1e-9
    return held / TRIES


@pytest.mark.parametrize("noise", [0.02, 2, 6, 12, 40])
@pytest.mark.parametrize("part", [4, 15, 30])
def test_an_interval_is_true_95_times_in_100_however_noisy_its_base(
    part: int, noise: float
) -> None:
    assert 0.93 - WIDEST < _coverage(part, 40, noise) < 0.975 + WIDEST


def test_a_share_that_noise_took_out_of_range_is_marked_however_narrow_its_interval() -> None:
    for part in (-15.0, 65.0):
        figure = Place("a", "share_of_asked").percentage(Ratio(part, 40, 400, 100, 100), SPEC)

        assert figure["estimate"] in {0.0, 100.0}
        assert "[u]" == figure["note"]
        assert figure["margin"] > figure["estimate"] / 2


def test_without_any_base_every_share_is_possible() -> None:
    assert (0.0, 1.0) == Ratio(1.0, -3.0, 80, 300, 80).interval(SPEC.deviations)
