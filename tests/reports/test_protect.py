"""The noise, and what is made of it."""

import math
import statistics
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import estimate
from reports.cube import Asked, Counts, Noisy, Plan
from reports.document import HIDDEN, document
from reports.estimate import Estimate
from reports.groups import ALL, Group, Scope, public_groups
from reports.protect import add_noise, draw, variance
from reports.spec import SPEC
from tests.reports import chance

WORK = Asked("work.1", "Work?", False, (("a", "A"), ("b", "B"), ("no-answer", "None")), 1)
HELP = Asked("help.1", "Help?", True, (("x", "X"), ("y", "Y"), ("no-answer", "None")), 2)
RELEASED = date(2027, 1, 4)


def _plan(**mailed: int) -> Plan:
    return Plan("2026-12", public_groups(mailed, SPEC), (WORK, HELP))


def _published(noisy: list[Noisy], plan: Plan) -> dict[tuple[str, str, str, str], object]:
    figures = document(noisy, plan, SPEC, released_on=RELEASED)["figures"]
    return {
        (f["group"], f["measure"], f["question"], f["option"]): f["note"] or f["estimate"]
        for f in figures
    }


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
    ratio = math.exp(-0.5)
    chances = {n: (1 - ratio) / (1 + ratio) * ratio ** abs(n) for n in range(-200, 201)}

    assert math.isclose(sum(n**2 * p for n, p in chances.items()), variance(0.5))


@pytest.mark.parametrize("epsilon", [0.0, -1.0, math.nan, math.inf])
def test_no_privacy_is_no_noise_and_is_refused(epsilon: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        add_noise([1], epsilon)


def test_a_month_spends_exactly_its_epsilon() -> None:
    for questions in (1, 6, 7):
        spent = SPEC.response_epsilon + questions * SPEC.question_epsilon(questions)
        assert math.isclose(SPEC.epsilon, spent)
    assert math.isclose(0.15, SPEC.question_epsilon(6))


def test_a_small_group_has_its_rate_drawn_only_and_a_tiny_one_nothing() -> None:
    plan = Plan(
        "2026-12",
        (
            Group("full", frozenset({"a"}), 700, Scope.FULL),
            Group("rate", frozenset({"b"}), 60, Scope.RATE),
            Group("tiny", frozenset({"c"}), 10, Scope.NOTHING),
        ),
        (WORK, HELP),
    )
    counts = [Counts(0, [[0, 0, 0], [0, 0, 0]]) for _ in plan.groups]

    assert [2, 0] == [len(noisy.answers) for noisy in draw(counts, plan, SPEC)]


@given(
    st.lists(st.floats(-1000, 1000), min_size=1, max_size=12),
    st.floats(0.1, 2000),
)
def test_a_projection_is_not_negative_adds_up_and_is_the_nearest(
    cells: list[float], total: float
) -> None:
    found = estimate.projected(cells, total)

    assert all(value >= 0 for value in found)
    assert math.isclose(sum(found), total, rel_tol=1e-6)
    shifts = [cell - value for cell, value in zip(cells, found, strict=True) if value > 1e-9]
    assert max(shifts) - min(shifts) < 1e-6
    hidden = [cell for cell, value in zip(cells, found, strict=True) if value <= 1e-9]
    assert all(cell <= min(shifts) + 1e-6 for cell in hidden)


@pytest.mark.parametrize(
    ("value", "expected"), [(9.99, None), (10, 10), (12.4, 10), (12.5, 15), (700.1, 700)]
)
def test_what_is_below_the_floor_is_hidden_and_the_rest_is_rounded(
    value: float, expected: int | None
) -> None:
    assert expected == estimate.rounded(value, SPEC)


def test_measurements_are_averaged_by_their_precision() -> None:
    sure, vague = Estimate(100, 1), Estimate(200, 99)
    both = estimate.replies(estimate.Measured(sure, ((vague,),)), at_most=1000)

    assert math.isclose(101, both.value)
    assert both.variance < sure.variance


@pytest.mark.parametrize(("noisy", "expected"), [(-50, 0.0), (2000, 800.0)])
def test_an_estimate_stays_within_what_is_possible(noisy: int, expected: float) -> None:
    group = estimate.Measured(Estimate(noisy, 1), ())

    assert expected == estimate.replies(group, at_most=800).value


def test_without_noise_the_figures_are_the_truth() -> None:
    noisy = [Noisy(400, ((100, 200, 100), (200, 200, 400)))]

    found = _published(noisy, _plan(a=800))

    assert 400 == found["a", "replies", "", ""]
    assert 50.0 == found["a", "response_rate", "", ""]
    assert 50.0 == found[("a", "share", "work", "b")]
    assert 25.0 == found[("a", "share", "help", "x")]


def test_too_few_replies_hide_everything_about_the_group() -> None:
    found = _published([Noisy(3, ((3, 0, 0), (6, 0, 0)))], _plan(a=800))

    assert {HIDDEN} == {value for key, value in found.items() if key[1] != "mailed"}


def test_all_tenants_are_the_groups_added_up() -> None:
    one = Noisy(400, ((100, 200, 100), (200, 200, 400)))
    found = _published([one, one], _plan(a=900, b=800))

    assert 800 == found[(ALL, "replies", "", "")]
    assert 50.0 == found[(ALL, "share", "work", "b")]


def test_which_figures_there_are_depends_on_the_plan_alone() -> None:
    plan = _plan(a=900, b=800, c=60, d=3)
    some = [Noisy(400, ((100, 200, 100), (200, 200, 400)))] * 2 + [Noisy(30, ())]
    none = [Noisy(-9, ((0, 0, 0), (0, 0, 0)))] * 2 + [Noisy(0, ())]

    assert _published(some, plan).keys() == _published(none, plan).keys()


def test_the_margin_covers_the_truth_as_often_as_it_says() -> None:
    """Rounding makes margins wide: 99.7 in 100 are covered here.

    Even at 99, fewer than 95 in 100 of 600 come by chance less than once in 10¹⁰ (Chernoff).
    """
    truth, plan = [Counts(400, [[100, 200, 100], [200, 200, 400]])], _plan(a=800)
    tries, rate, share = 600, 0, 0
    for _ in range(tries):
        figures = document(draw(truth, plan, SPEC), plan, SPEC, released_on=RELEASED)["figures"]
        by = {(f["measure"], f["question"], f["option"]): f for f in figures}
        rate += _covers(by["response_rate", "", ""], 50)
        share += _covers(by["share", "work", "b"], 50)

    assert min(rate, share) >= 0.95 * tries


def _covers(figure: dict[str, float], truth: float) -> bool:
    return abs(figure["estimate"] - truth) <= figure["margin"] + 0.05
