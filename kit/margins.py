"""Round margins of error up, to two significant digits, or to one decimal from 10 on.

A margin that is rounded up is at most a tenth too wide, so that an interval as printed is about as
often true as it says. A figure has as many decimals as its margin.
"""

import math

TOLERANCE = 1e-9
"""Below this, what a multiplication adds is not rounded up."""


def decimals(margin: float) -> int:
    """Return how many decimals a margin is printed with: at least one."""
    return max(1, 1 - math.floor(math.log10(margin))) if margin > 0 else 1


def rounded_up(margin: float) -> float:
    """Return a margin as it is printed."""
    steps: float = 10.0 ** decimals(margin)
    return math.ceil(margin * steps - TOLERANCE) / steps
