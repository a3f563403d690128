"""Differences between two months or groups, with margins and an interpretation. Pure."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from console.released.figures import Figure, GroupFigures
from kit import margins

DEVIATIONS = 1.96
"""Half the width of a 95 % interval in standard deviations."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One share or rate in both, in per cent; the rest in points.

    `margin` covers the noise alone; `sampling` also the chance of who replied, as if those who
    replied were a random sample.
    """

    label: str
    before: Figure
    after: Figure
    change: float | None
    margin: float | None
    sampling: float | None

    @property
    def decimals(self) -> int:
        """How many decimals the change is printed with: as many as its margin."""
        return margins.decimals(self.margin or 0)

    @property
    def words(self) -> str:
        """Whether the difference could be chance, in a sentence."""
        if self.change is None or self.margin is None:
            return "There is nothing to compare."
        if abs(self.change) <= self.margin:
            return "This could be chance: the noise alone explains it."
        if not self.is_beyond_chance:
            return "More than the noise, but who happened to reply could explain it."
        return "More than chance explains."

    @property
    def is_beyond_chance(self) -> bool:
        """Whether neither the noise nor who happened to reply explains the change."""
        is_known = self.change is not None and self.sampling is not None
        return is_known and abs(self.change or 0) > (self.sampling or 0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The differences of one question; `key` is empty for the response rate."""

    key: str
    title: str
    rows: list[Difference]


def compare(before: GroupFigures, after: GroupFigures) -> list[Comparison]:
    """The response rate, and each question that both were asked.

    The two must have no reply in common: other months, or other groups. Then their noise is
    independent, and the margin of the difference is the root of the sum of the squares of theirs.
    """
    sizes = (before.replies.estimate or 0, after.replies.estimate or 0)
    mailed = (before.mailed.estimate or 0, after.mailed.estimate or 0)
    rate = _difference("Response rate", before.rate, after.rate, mailed)
    return [Comparison("", "How many replied", [rate]), *_questions(before, after, sizes)]


def _questions(
    before: GroupFigures, after: GroupFigures, sizes: tuple[float, float]
) -> Iterator[Comparison]:
    then = {question.key: question for question in before.questions}
    for question in after.questions:
        if question.topic or question.key not in then:
            continue
        old = {figure.label: figure for figure in then[question.key].shares}
        yield Comparison(
            question.key,
            question.title,
            [
                _difference(figure.label, old[figure.label], figure, sizes)
                for figure in question.shares
                if figure.label in old
            ],
        )


def _difference(
    label: str, before: Figure, after: Figure, sizes: tuple[float, float]
) -> Difference:
    if before.estimate is None or after.estimate is None or not all(sizes):
        return Difference(label, before, after, None, None, None)
    margin = math.hypot(before.margin or 0, after.margin or 0)
    chance = math.hypot(_by_lot(before.estimate, sizes[0]), _by_lot(after.estimate, sizes[1]))
    change, sampling = after.estimate - before.estimate, math.hypot(margin, chance)
    return Difference(
        label, before, after, change, margins.rounded_up(margin), margins.rounded_up(sampling)
    )


def _by_lot(share: float, size: float) -> float:
    """Return the margin of a share, in per cent, of a random sample of this size."""
    part = min(max(share / 100, 0.0), 1.0)
    return 100 * DEVIATIONS * math.sqrt(part * (1 - part) / size)
