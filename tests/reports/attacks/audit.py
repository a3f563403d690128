"""A black-box audit of a mechanism: how much privacy it spends at least, seen from outside.

The event that tells two neighbouring counts apart best is chosen on one half of the draws and
measured on the other; Clopper and Pearson's interval (1934) turns the two frequencies into a lower
bound for ε. A bound above what is claimed convicts the mechanism.
"""

import math
from collections.abc import Callable, Iterable, Sequence

from scipy.stats import beta

from reports import protect
from reports.cube import Counts, Noisy, Plan
from reports.histograms import histograms
from reports.spec import SPEC
from tests.reports import asked

Mechanism = Callable[[Sequence[int], float], list[int]]
Seen = tuple[Counts, Iterable[Noisy]]
"""A world's true counts of a group, and what was released of it, again and again."""

DOUBT = 1e-11


def least_epsilon(mechanism: Mechanism, epsilon: float, base: int, draws: int) -> float:
    """A lower bound for the ε of `mechanism` at `base` and `base` + 1.

    Each base is convicted wrongly less than once in 10¹⁰.
    """
    lower, upper = (mechanism([count] * (2 * draws), epsilon) for count in (base, base + 1))
    cuts = range(base - 20, base + 20)
    cut = max(cuts, key=lambda at: _bound_at(upper[:draws], lower[:draws], at))
    return _bound_at(upper[draws:], lower[draws:], cut)


def least_epsilon_of(without: Counts, with_: Counts, draws: int) -> float:
    """A lower bound for the ε of a draw between two worlds."""
    plan = asked.plan(a=800)
    lower, upper = (
        [protect.draw([counts], plan, SPEC)[0] for _ in range(draws)] for counts in (without, with_)
    )
    return least_epsilon_between(plan, (without, lower), (with_, upper))


def least_epsilon_between(plan: Plan, lower: Seen, upper: Seen) -> float:
    """A lower bound for the ε between two worlds, from as many releases of one group in each.

    What tells them apart best is the likelihood ratio over all the cells of all histograms.
    """
    near, far = (_true(counts, plan) for counts, _ in (lower, upper))
    below, above = (
        [_likelihood(each, near, far, plan) for each in seen] for _, seen in (lower, upper)
    )
    half = len(below) // 2
    cuts = sorted({*below[:half], *above[:half]})
    cut = max(cuts, key=lambda at: _bound_at(above[:half], below[:half], at))
    return _bound_at(above[half:], below[half:], cut)


def _true(counts: Counts, plan: Plan) -> list[list[int]]:
    return [protect._cells(counts, plan, each) for each in histograms(plan, SPEC)]


def _likelihood(noisy: Noisy, near: list[list[int]], far: list[list[int]], plan: Plan) -> int:
    """How much likelier `far` is, in thousandths of ε."""
    found = 0.0
    for each, cells, a, b in zip(histograms(plan, SPEC), noisy.answers, near, far, strict=True):
        told = sum(abs(y - x) - abs(y - z) for y, x, z in zip(cells, a, b, strict=True))
        found += told / each.scale
    return round(1000 * found)


def _bound_at(upper: Sequence[int], lower: Sequence[int], cut: int) -> float:
    """The better of the bounds from “above the cut” and “not above the cut”."""
    draws, more, fewer = len(upper), _above(upper, cut), _above(lower, cut)
    return max(_bound(more, fewer, draws), _bound(draws - fewer, draws - more, draws))


def _above(values: Sequence[int], cut: int) -> int:
    return sum(value > cut for value in values)


def _bound(more: int, fewer: int, draws: int) -> float:
    """log(p/q) at the unfavourable ends of both intervals."""
    least = float(beta.ppf(DOUBT / 2, more, draws - more + 1)) if more else 0.0
    most = float(beta.ppf(1 - DOUBT / 2, fewer + 1, draws - fewer)) if fewer < draws else 1.0
    return math.log(least / most) if least > 0 else 0.0
