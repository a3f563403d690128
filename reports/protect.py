"""Add the noise. Pure: counts and ε in, noisy counts out; nothing is read, kept or seeded.

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

from reports.cube import Counts, Noisy, Plan, asked_of
from reports.groups import Group, Scope
from reports.spec import Spec

enable_features("contrib")


def add_noise(counts: Sequence[int], epsilon: float, *, weight: int = 1) -> list[int]:
    """Each count plus discrete Laplace noise of scale `weight / epsilon`.

    `counts` are the cells of one question, over which one tenant's reply adds at most `weight` in
    all: then the result is ε-differentially private for the presence of that reply, and 2ε for its
    replacement by another.

    Raises:
        ValueError: ε is not a positive number.
    """
    if not (epsilon > 0 and math.isfinite(epsilon)) or weight < 1:
        raise ValueError("epsilon must be a positive number, and a weight at least 1")
    noisy: list[int] = _mechanism(weight / epsilon)(list(counts)) if counts else []
    return noisy


def variance(epsilon: float) -> float:
    """The variance of one cell of `add_noise`, in replies: of a discrete Laplace of scale 1/ε."""
    ratio = math.exp(-epsilon)
    return 2 * ratio / (1 - ratio) ** 2


def draw(counts: Sequence[Counts], plan: Plan, spec: Spec) -> list[Noisy]:
    """Every group's noisy counts, in the plan's order. Called once in a month's life.

    The groups have no tenant in common, so that all of them together cost what one costs.
    """
    return [
        _drawn(count, group, plan, spec)
        for count, group in zip(counts, plan.groups, strict=True)
        if group.scope != Scope.NOTHING
    ]


def drawn_groups(plan: Plan) -> list[Group]:
    """The groups that `draw` gives values for, in the same order."""
    return [group for group in plan.groups if group.scope != Scope.NOTHING]


def _drawn(count: Counts, group: Group, plan: Plan, spec: Spec) -> Noisy:
    (replies,) = add_noise([count.replies], spec.response_epsilon)
    questions = asked_of(group, plan)
    if not questions:
        return Noisy(replies, ())
    epsilon = spec.question_epsilon(len(plan.questions))
    answers = (
        tuple(add_noise(cells, epsilon, weight=question.weight))
        for cells, question in zip(count.answers, questions, strict=True)
    )
    return Noisy(replies, tuple(answers))


def _mechanism(scale: float) -> Measurement:
    return make_laplace(vector_domain(atom_domain(T="i64")), l1_distance(T="i64"), scale=scale)
