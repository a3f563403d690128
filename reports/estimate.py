"""Make the best of noisy counts. Pure, and it never sees a true one, so it costs no privacy.

How many replied is measured once by itself and once more by each question, whose options add up to
it; the measurements are averaged by their precision. A question's options are then moved to the
nearest point (Euclidean) at which they are not negative and add up to that number (Duchi,
Shalev-Shwartz, Singer and Chandra 2008). Last come the floor and the rounding.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reports.cube import Asked, Noisy, Plan
from reports.protect import variance
from reports.spec import Spec


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and the variance of the noise in it, in replies (squared)."""

    value: float
    variance: float


@dataclass(frozen=True, slots=True)
class Measured:
    """The noisy counts of one group, or of several added up, each with its variance."""

    replies: Estimate
    answers: tuple[tuple[Estimate, ...], ...]


def measured(noisy: Noisy, plan: Plan, spec: Spec) -> Measured:
    """One group's noisy counts in replies rather than units, with what is known of their noise."""
    noise = variance(spec.question_epsilon(len(plan.questions) or 1))
    answers = (
        tuple(Estimate(units / question.weight, noise) for units in cells)
        for cells, question in zip(noisy.answers, plan.questions, strict=False)
    )
    return Measured(Estimate(noisy.replies, variance(spec.response_epsilon)), tuple(answers))


def together(groups: Sequence[Measured]) -> Measured:
    """Several groups added up, question by question; all of them must have the same questions."""
    return Measured(
        _sum([group.replies for group in groups]),
        tuple(
            tuple(_sum(cells) for cells in zip(*question, strict=True))
            for question in zip(*(group.answers for group in groups), strict=True)
        ),
    )


def replies(group: Measured, *, at_most: int) -> Estimate:
    """How many replied: every measurement of it averaged by its precision, within 0 and `at_most`.

    Each reply counts once in each question, so that the options of a question add up to it too.
    """
    all_of_them = [group.replies, *(_sum(cells) for cells in group.answers)]
    precision = sum(1 / each.variance for each in all_of_them)
    value = sum(each.value / each.variance for each in all_of_them) / precision
    return Estimate(min(max(value, 0.0), float(at_most)), 1 / precision)


def projected(cells: Sequence[float], total: float) -> list[float]:
    """The nearest values to `cells` that are not negative and add up to `total`."""
    if total <= 0:
        return [0.0] * len(cells)
    running, shift = 0.0, 0.0
    for rank, value in enumerate(sorted(cells, reverse=True), start=1):
        running += value
        if value > (running - total) / rank:
            shift = (running - total) / rank
    return [max(value - shift, 0.0) for value in cells]


def options(group: Measured, question: int, total: float) -> list[Estimate]:
    """The estimates of a question's options, which add up to `total`."""
    cells = group.answers[question]
    values = projected([cell.value for cell in cells], total)
    return [Estimate(value, cell.variance) for value, cell in zip(values, cells, strict=True)]


def rounded(value: float, spec: Spec) -> int | None:
    """A count as it is published, or None where it is too small to be."""
    if value < spec.floor:
        return None
    return math.floor(value / spec.rounding + 0.5) * spec.rounding


def margin(noise: float, spec: Spec) -> float:
    """Half the width of the interval for a count, in replies, rounding included.

    For one Laplace value it is exact: P(|X| > b·ln(1/α)) = α, with b = √(variance/2). A sum of
    several has lighter tails, so that it is wide enough for those too.
    """
    return math.sqrt(noise / 2) * math.log(1 / (1 - spec.confidence)) + spec.rounding / 2


def share_margin(option: Estimate, whole: Estimate, spec: Spec) -> float:
    """Half the width of the interval for a share, as a fraction (delta method for a ratio)."""
    share = option.value / whole.value
    spread = math.hypot(margin(option.variance, spec), share * margin(whole.variance, spec))
    return min(spread / whole.value, 1.0)


def names(question: Asked) -> list[str]:
    """The options' keys in the order of the cells."""
    return [key for key, _ in question.options]


def _sum(parts: Sequence[Estimate]) -> Estimate:
    return Estimate(sum(each.value for each in parts), sum(each.variance for each in parts))
