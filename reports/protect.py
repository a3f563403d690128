"""Add the noise. Pure: counts and ε in, noisy counts out; nothing is read, stored or seeded.

`add_noise` is the one place where the privacy of the figures is made; everything after it works on
noisy values only. It is opendp's discrete Laplace mechanism (Canonne, Kamath and Steinke 2020;
Ghosh, Roughgarden and Sundararajan 2012), whose exact sampler has no floating-point holes.
"""

import math
from collections.abc import Sequence

from opendp.domains import atom_domain, vector_domain
from opendp.measurements import make_laplace
from opendp.metrics import l1_distance
from opendp.mod import Measurement, enable_features

from reports.cube import Counts, Noisy, Plan
from reports.groups import Group, GroupScope
from reports.histograms import Histogram, histograms
from reports.spec import Spec

enable_features("contrib")


def add_noise(counts: Sequence[int], epsilon: float, *, weight: int = 1) -> list[int]:
    """Each count plus discrete Laplace noise of scale `weight / epsilon`.

    `counts` are the cells of one histogram, over which one tenant's reply adds at most `weight` in
    all: then the result is ε-differentially private for the presence of that reply, and 2ε for its
    replacement by another.

    Raises:
        ValueError: ε is not a positive number.
    """
    if not (epsilon > 0 and math.isfinite(epsilon)) or weight < 1:
        raise ValueError("epsilon must be a positive number, and a weight at least 1")
    noisy: list[int] = _mechanism(weight / epsilon)(list(counts)) if counts else []
    return noisy


def variance(epsilon: float, *, weight: int = 1) -> float:
    """The variance of one cell of `add_noise`, in replies (units over `weight`, squared)."""
    ratio = math.exp(-epsilon / weight)
    return 2 * ratio / (1 - ratio) ** 2 / weight**2


def draw(counts: Sequence[Counts], plan: Plan, spec: Spec) -> list[Noisy]:
    """Return every group's noisy counts, in the plan's order. Called once for a month.

    The groups have no tenant in common, so together they cost as much privacy as one.
    """
    measured = histograms(plan, spec)
    return [
        _drawn(count, group, plan, measured, spec)
        for count, group in zip(counts, plan.groups, strict=True)
        if group.scope != GroupScope.NOTHING
    ]


def drawn_groups(plan: Plan) -> list[Group]:
    """The groups that `draw` gives values for, in the same order."""
    return [group for group in plan.groups if group.scope != GroupScope.NOTHING]


def _drawn(
    count: Counts, group: Group, plan: Plan, measured: Sequence[Histogram], spec: Spec
) -> Noisy:
    if group.scope == GroupScope.RATE:
        (mailed,) = add_noise([group.mailed], spec.rate_mailed_epsilon)
        (replies,) = add_noise([count.replies], spec.rate_replies_epsilon)
        return Noisy(mailed, replies, ())
    (mailed,) = add_noise([group.mailed], spec.mailed_epsilon)
    answers = (
        tuple(add_noise(_cells(count, plan, each), each.epsilon, weight=each.weight))
        for each in measured
    )
    return Noisy(mailed, None, tuple(answers))


def _cells(count: Counts, plan: Plan, measured: Histogram) -> list[int]:
    """A histogram's true cells in its own units."""
    family = plan.families[measured.family]
    units = dict(zip(family.atoms, count.answers[measured.family], strict=True))
    divisor = family.weight // measured.weight
    return [sum(units[atom] for atom in atoms) // divisor for _, atoms in measured.cells]


def _mechanism(scale: float) -> Measurement:
    return make_laplace(vector_domain(atom_domain(T="i64")), l1_distance(T="i64"), scale=scale)
