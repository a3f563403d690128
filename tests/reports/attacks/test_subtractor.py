"""The subtractor solves for a hidden cell with everything that was ever released."""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import pytest
from scipy.optimize import linprog

from reports.cube import Asked, Counts, Plan
from reports.document import document
from reports.groups import ALL, public_groups
from reports.protect import draw
from reports.spec import SPEC
from tests.reports.attacks import naive
from tests.reports.attacks.effort import LONGER, OPTIONS
from tests.reports.world import MONTH

MONTHS = 80 * LONGER
FEW = range(1, 10)
"""What the hidden cell holds: any of these, one as likely as another."""
BOUND = (1 + (len(FEW) - 1) * math.tanh(0.3 / 2)) / len(FEW)
"""The most that any reader can get right (Ghosh, Roughgarden and Sundararajan 2012).

0.3 is what one answer put for another costs in one question of six.
"""
MOST = 0.6
"""Passed by chance less than once in 10⁹: exp(−80·D(0.6‖0.244)) (Hoeffding 1963)."""
MAILED, REPLIED, SHARE_ROUNDING = 1000, 600, 2.5

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


def test_a_release_gives_the_hidden_cell_away_no_oftener_than_epsilon_allows(
    months: list[dict[str, list[int]]],
) -> None:
    found = sum(_is_found(_released(truth), truth, slack=SHARE_ROUNDING) for truth in months)

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


def _released(truth: naive.Table) -> Shown:
    """The published counts of the first of six questions."""
    questions = tuple(_question(number) for number in range(6))
    plan = Plan(MONTH, public_groups(dict.fromkeys(truth, MAILED), SPEC), questions)
    counts = [_counts(truth[group.name]) for group in plan.groups]
    released = document(draw(counts, plan, SPEC), plan, SPEC, released_on=date(2027, 1, 4))
    replies = {f["group"]: f["estimate"] for f in released["figures"] if f["measure"] == "replies"}
    shown: dict[str, list[float | None]] = {group: [] for group in replies}
    for figure in released["figures"]:
        if figure["question"] == "q0" and figure["option"] != "no-answer":
            share, whole = figure["estimate"], replies[figure["group"]]
            known = share is not None and whole is not None
            shown[figure["group"]].append(share * whole / 100 if known else None)
    return shown


def _counts(cells: Sequence[int]) -> Counts:
    """Always so many replies, and five questions that tell nothing."""
    empty = [REPLIED, *(0 for _ in cells)]
    return Counts(REPLIED, [[*cells, REPLIED - sum(cells)], *(list(empty) for _ in range(5))])


def _question(number: int) -> Asked:
    names = tuple((f"o{option}", f"Option {option}") for option in range(OPTIONS))
    return Asked(f"q{number}.1", "Question?", False, (*names, ("no-answer", "None")), 1)
