"""The subtractor solves for a hidden cell with everything that was ever released."""

import math
import random
from collections.abc import Iterator, Mapping, Sequence

import pytest
from scipy.optimize import linprog

from reports.cube import Asked, Counts, Plan
from reports.groups import ALL, public_groups
from reports.measured import Measured
from reports.protect import draw
from reports.spec import SPEC
from tests.reports.attacks import naive
from tests.reports.attacks.effort import LONGER, OPTIONS
from tests.support.reports import MONTH

MONTHS = 80 * LONGER
FEW = range(1, 10)
"""What the hidden cell holds: any of these, one as likely as another."""
BOUND = (1 + (len(FEW) - 1) * math.tanh(SPEC.changed_epsilon)) / len(FEW)
"""The most that any reader can get right (Ghosh, Roughgarden and Sundararajan 2012).

One answer put for another costs twice the question's ε.
"""
MOST = 0.6
"""Passed by chance less than once in 10⁹: exp(−80·D(0.6‖0.287)) (Hoeffding 1963)."""
MAILED = 1000
OPENING = Asked("q.1", "?", tuple((f"o{option}", "") for option in range(OPTIONS)))

Shown = Mapping[str, Sequence[float | None]]


@pytest.fixture
def months() -> list[dict[str, list[int]]]:
    """Three associations; the third option of the first has few answers, all others have many."""
    luck = random.Random("the subtractor")
    return [
        {
            "a": [luck.randrange(60, 200), luck.randrange(40, 90), luck.choice(FEW), 50],
            "b": [luck.randrange(60, 200), luck.randrange(40, 90), luck.randrange(21, 30), 60],
            "c": [luck.randrange(80, 220), luck.randrange(60, 110), luck.randrange(21, 30), 80],
        }
        for _ in range(MONTHS)
    ]


def test_a_threshold_hides_nothing_from_subtraction(months: list[dict[str, list[int]]]) -> None:
    found = sum(_is_found(naive.threshold_only(truth), truth, slack=0) for truth in months)

    assert MONTHS == found


def test_a_release_gives_the_cell_away_no_oftener_than_epsilon_allows(
    months: list[dict[str, list[int]]],
) -> None:
    found = sum(_best_guess(truth) == truth["a"][2] for truth in months)

    assert found < MOST * MONTHS


def _is_found(shown: Shown, truth: naive.Table, *, slack: float) -> bool:
    """Whether linear programming leaves the hidden cell one value only, and it is the true one."""
    cells = [(name, option) for name in truth for option in range(OPTIONS)]
    bounds = [_bounds(shown[name][option], slack) for name, option in cells]
    rows, sides = zip(*_totals(shown[ALL], cells, slack), strict=True)
    goal = [float(cell == ("a", 2)) for cell in cells]
    low, high = (
        linprog([sign * each for each in goal], A_ub=rows, b_ub=sides, bounds=bounds)
        for sign in (1, -1)
    )
    if low.status or high.status:
        return False
    least, most = math.ceil(low.fun - 1e-6), math.floor(-high.fun + 1e-6)
    return bool(least == most == truth["a"][2])


def _bounds(value: float | None, slack: float) -> tuple[float, float]:
    return (0, 9.99) if value is None else (max(value - slack, 0), value + slack)


def _totals(
    shown: Sequence[float | None], cells: list[tuple[str, int]], slack: float
) -> Iterator[tuple[list[float], float]]:
    """Each option's cells add up to what is shown of all, a little more or a little less."""
    for option, whole in enumerate(shown):
        if whole is not None:
            row = [float(o == option) for _, o in cells]
            yield row, whole + slack
            yield [-each for each in row], slack - whole


def _best_guess(truth: naive.Table) -> int:
    """The likeliest value of the cell, from every noisy value that is published."""
    plan = Plan(MONTH, public_groups(dict.fromkeys(truth, MAILED), SPEC), (OPENING,))
    counts = [Counts(sum(truth[group.name]), [list(truth[group.name])]) for group in plan.groups]
    month = Measured(draw(counts, plan, SPEC), plan, SPEC)
    return round(min(max(month.shares("a")[OPENING.name, "o2"].part, FEW[0]), FEW[-1]))
