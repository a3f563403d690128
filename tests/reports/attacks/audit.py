"""A black-box audit of a mechanism: how much privacy it spends at least, seen from outside.

The event that tells two neighbouring counts apart best is chosen on one half of the draws and
measured on the other; Clopper and Pearson's interval (1934) turns the two frequencies into a lower
bound for ε. A bound above what is claimed convicts the mechanism.
"""

import math
from collections.abc import Callable, Sequence

from scipy.stats import beta

Mechanism = Callable[[Sequence[int], float], list[int]]

DOUBT = 1e-11


def least_epsilon(mechanism: Mechanism, epsilon: float, base: int, draws: int) -> float:
    """A lower bound for the ε of `mechanism` at `base` and `base` + 1.

    Each base is convicted wrongly less than once in 10¹⁰.
    """
    lower, upper = (mechanism([count] * (2 * draws), epsilon) for count in (base, base + 1))
    cuts = range(base - 20, base + 20)
    cut = max(cuts, key=lambda at: _bound_at(upper[:draws], lower[:draws], at))
    return _bound_at(upper[draws:], lower[draws:], cut)


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
