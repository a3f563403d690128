"""How far chance may carry a mean. Each bound is passed less than once in a thousand million runs.

A test that asserts on real noise asserts on nothing nearer than this.
"""

import math

NEVER = 1e-9


def of_shares(tries: int) -> float:
    """How far a mean of values within 0 and 1 strays from what is expected (Hoeffding 1963)."""
    return math.sqrt(math.log(2 / NEVER) / (2 * tries))


def of_noise(epsilon: float, draws: int) -> float:
    """How far a mean of discrete Laplace noise of scale 1/ε strays from nothing.

    Chernoff's bound: the noise's moments are below those of the continuous distribution, whose
    logarithm is at most 2·ln 2·(λ/ε)² up to λ = ε/√2. It holds from some 50 draws.
    """
    return math.sqrt(8 * math.log(2) * math.log(2 / NEVER) / draws) / epsilon
