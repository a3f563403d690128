"""Differences between two months or groups, with margins and an interpretation. Pure."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

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
        if not self.is_beyond_noise:
            return "This could be chance: the noise alone can do that."
        if not self.is_beyond_chance():
            return "More than the noise, but it could be chance who replied."
        return "More than chance."

    @property
    def is_beyond_noise(self) -> bool:
        """Whether the change is more than noise alone makes 95 times in 100."""
        return abs(self.change or 0) > (self.margin or 0)

    def is_beyond_chance(self, among: int = 1) -> bool:
        """Whether noise and the chance of who replied together make so much less than 5 times in
        100; or any of so many such differences (Bonferroni)."""
        return abs(self.change or 0) > _widened(among) * (self.sampling or 0)

    @property
    def points(self) -> str:
        """The change in words: “0.8 points (± 3.2) higher”."""
        way = "higher" if (self.change or 0) >= 0 else "lower"
        size, margin = (
            f"{abs(each or 0):.{self.decimals}f}" for each in (self.change, self.margin)
        )
        return f"{size} points (±\u00a0{margin}) {way}"


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
    rate = difference("Response rate", before.rate, after.rate, mailed)
    return [Comparison("", "How many replied", [rate]), *_questions(before, after, sizes)]


def in_short(found: Sequence[Comparison]) -> str:
    """Say which of all differences are more than chance, and which are more than the noise."""
    rows = [(each.title, row) for each in found for row in each.rows if row.change is not None]
    if not rows:
        return "There is nothing to compare."
    often = Counter(row.label for _, row in rows)
    beyond: list[str] = []
    noted: list[str] = []
    for title, row in sorted(rows, key=lambda each: -abs(each[1].change or 0)):
        label = f"“{row.label}”" if often[row.label] == 1 else f"“{row.label}” to “{title}”"
        if row.is_beyond_noise:
            named = noted if not row.is_beyond_chance() else beyond
            named.append(f"{label} ({row.change:+.{row.decimals}f})")
    said = [f"None of the {len(rows)} differences is more than chance."]
    if beyond:
        said = [f"Of {len(rows)} differences, more than chance: {'; '.join(beyond)}."]
    if noted:
        said.append(f"More than the noise, but it could be chance who replied: {'; '.join(noted)}.")
    said.append("If nothing differed, about one in twenty would still be named here.")
    return " ".join(said)


def difference(label: str, before: Figure, after: Figure, sizes: tuple[float, float]) -> Difference:
    """Compare two figures of shares of so many people each, without a reply in common."""
    if before.estimate is None or after.estimate is None or not all(sizes):
        return Difference(label, before, after, None, None, None)
    margin = math.hypot(before.margin or 0, after.margin or 0)
    chance = math.hypot(_by_lot(before.estimate, sizes[0]), _by_lot(after.estimate, sizes[1]))
    change, sampling = after.estimate - before.estimate, math.hypot(margin, chance)
    return Difference(
        label, before, after, change, margins.rounded_up(margin), margins.rounded_up(sampling)
    )


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
                difference(figure.label, old[figure.label], figure, sizes)
                for figure in question.shares
                if figure.label in old
            ],
        )


def _by_lot(share: float, size: float) -> float:
    """Return the margin of a share, in per cent, of a random sample of this size."""
    part = min(max(share / 100, 0.0), 1.0)
    return 100 * DEVIATIONS * math.sqrt(part * (1 - part) / size)


def _widened(among: int) -> float:
    """Return by what factor margins grow so that any of so many is exceeded 5 times in 100."""
    return NormalDist().inv_cdf(1 - 0.025 / among) / DEVIATIONS
