"""The noise: as wide as ε says, and no more ε in a month than the spec allows."""

import math
import statistics

import pytest

from reports.cube import Counts, Plan
from reports.groups import Group, GroupScope
from reports.histograms import histograms
from reports.protect import add_noise, draw, variance
from reports.spec import SPEC
from tests.reports import asked, chance


def test_noise_is_centred() -> None:
    noise = add_noise([0] * 20_000, 0.5)

    assert abs(statistics.fmean(noise)) < chance.of_noise(0.5, 20_000)


@pytest.mark.parametrize(("epsilon", "weight"), [(0.15, 1), (0.5, 1), (1.0, 60)])
def test_noise_is_as_wide_as_epsilon_and_a_replys_weight_say(epsilon: float, weight: int) -> None:
    scale, draws = weight / epsilon, 5_000
    ratio, near = math.exp(-1 / scale), round(scale)
    expected = 1 - 2 * ratio ** (near + 1) / (1 + ratio)

    noise = add_noise([0] * draws, epsilon, weight=weight)

    found = sum(abs(value) <= near for value in noise) / draws
    assert abs(found - expected) < chance.of_shares(draws)


def test_the_variance_is_that_of_the_distribution() -> None:
    ratio = math.exp(-0.5 / 3)
    chances = {n: (1 - ratio) / (1 + ratio) * ratio ** abs(n) for n in range(-400, 401)}

    assert math.isclose(sum((n / 3) ** 2 * p for n, p in chances.items()), variance(0.5, weight=3))


@pytest.mark.parametrize("epsilon", [0.0, -1.0, math.nan, math.inf])
def test_no_privacy_is_no_noise_and_is_refused(epsilon: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        add_noise([1], epsilon)


def test_a_month_spends_exactly_its_epsilon() -> None:
    spent = SPEC.mailed_epsilon + sum(each.epsilon for each in histograms(asked.plan(a=800), SPEC))

    assert math.isclose(SPEC.epsilon, spent)
    assert math.isclose(SPEC.epsilon, SPEC.spent)
    assert math.isclose(SPEC.epsilon, SPEC.rate_mailed_epsilon + SPEC.rate_replies_epsilon)


def test_one_reply_adds_its_weight_to_each_histogram_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan, seen = asked.plan(a=800), list[tuple[int, int]]()

    def watching(cells: list[int], _epsilon: float, *, weight: int = 1) -> list[int]:
        seen.append((sum(cells), weight))
        return cells

    monkeypatch.setattr("reports.protect.add_noise", watching)
    draw([Counts(1, [[0, 0, 0, 1, 0, 0, 1, 0, 0], [1, 1, 0]])], plan, SPEC)

    assert (800, 1) == seen[0]
    assert [(1, 1), (2, 2), (2, 2), (2, 2)] == seen[1:]


def test_a_small_group_has_its_rate_drawn_only_and_a_tiny_one_nothing() -> None:
    scopes = {"full": GroupScope.FULL, "rate": GroupScope.RATE, "tiny": GroupScope.NOTHING}
    groups = [Group(name, frozenset({name}), 60, scope) for name, scope in scopes.items()]
    plan = Plan("2026-12", tuple(groups), asked.QUESTIONS)
    nothing = asked.counts([0] * 9, [0] * 3)

    full, rate = draw([nothing] * 3, plan, SPEC)

    assert (None, 4) == (full.replies, len(full.answers))
    assert (False, 0) == (rate.replies is None, len(rate.answers))
