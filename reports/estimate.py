"""Estimate rates and shares from noisy counts. Pure; uses no true count, so it costs no privacy.

Each group's histograms measure the same atoms several times over. Weighted least squares under the
one condition that all families add up to the same number of replies gives the unbiased estimate of
least variance that is linear in the measurements (Gauss and Markov); no value is clamped before
groups or months are added up.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from replies.form.questions import TOPICS
from reports.cube import Asked, Atom, Noisy, Plan
from reports.groups import Group, GroupScope
from reports.histograms import Histogram, histograms
from reports.protect import variance
from reports.spec import Spec

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A part and its whole, in people, with the variances and the covariance of their noise."""

    part: float
    whole: float
    part_variance: float
    whole_variance: float
    covariance: float = 0.0

    def __add__(self, other: "Ratio") -> "Ratio":
        """Return the ratio of both together; their noise is independent."""
        return Ratio(
            self.part + other.part,
            self.whole + other.whole,
            self.part_variance + other.part_variance,
            self.whole_variance + other.whole_variance,
            self.covariance + other.covariance,
        )

    @property
    def value(self) -> float:
        """The part divided by the whole, limited to 0…1; 0 if the whole is 0 or less."""
        return min(max(self.part / self.whole, 0.0), 1.0) if self.whole > 0 else 0.0

    @property
    def deviation(self) -> float:
        """The standard deviation of the value before it is limited (delta method)."""
        if self.whole <= 0:
            return float("inf")
        share = self.value
        spread = self.part_variance - 2 * share * self.covariance + share**2 * self.whole_variance
        return float(np.sqrt(max(spread, 0.0)) / self.whole)

    def interval(self, deviations: float) -> tuple[float, float]:
        """Return the lowest and the highest share within 0…1 that the noise leaves possible.

        A share is possible if `part - share * whole`, which would be 0 without noise, is within so
        many of its standard deviations (Fieller 1954). That holds however noisy the whole is. If
        no share is possible, both ends are the value.
        """
        times = deviations**2
        square = self.whole**2 - times * self.whole_variance
        middle = self.part * self.whole - times * self.covariance
        level = self.part**2 - times * self.part_variance
        ends = [share for share in (0.0, 1.0) if share * (square - 2 * middle) + level <= 0]
        if square != 0 and (inner := middle**2 - square * level) >= 0:
            roots = ((middle + sign * math.sqrt(inner)) / square for sign in (-1, 1))
            ends += [root for root in roots if 0 <= root <= 1]
        return min(ends, default=self.value), max(ends, default=self.value)


def together(ratios: Sequence[Ratio]) -> Ratio:
    """Combine groups or months: add up first, then divide."""
    first, *rest = ratios
    for ratio in rest:
        first += ratio
    return first


class Estimator:
    """Estimates for the groups of one month. Matrices shared by all groups are computed once."""

    def __init__(self, plan: Plan, spec: Spec) -> None:
        self._plan, self._spec = plan, spec
        measured = histograms(plan, spec)
        self._atoms = [atom for family in plan.families for atom in family.atoms]
        self._noise = np.concatenate([_noise(each) for each in measured])
        self._weights = np.concatenate([np.full(len(h.cells), h.weight) for h in measured])
        self._solve = _least_squares(self._cells(measured), self._noise, self._families())
        self._replies = self._form(plan.families[0].atoms)

    def rate(self, group: Group, noisy: Noisy) -> Ratio:
        """Return the response rate: replies of mailed tenants."""
        spec = self._spec
        if group.scope == GroupScope.RATE:
            return Ratio(
                float(noisy.replies or 0),
                float(noisy.mailed),
                variance(spec.rate_replies_epsilon),
                variance(spec.rate_mailed_epsilon),
            )
        row = self._replies
        value, noise = float(row @ self._values(noisy)), float(row**2 @ self._noise)
        return Ratio(value, float(noisy.mailed), noise, variance(spec.mailed_epsilon))

    def shares(self, noisy: Noisy) -> dict[tuple[str, str], Ratio]:
        """Return each published option's share of its base, by question name and option."""
        values, found = self._values(noisy), {}
        for asked in self._plan.questions:
            whole = self._base(asked)
            for atom in asked.atoms:
                part = self._form(self._of(atom))
                found[asked.name, atom[1]] = Ratio(
                    float(part @ values),
                    float(whole @ values),
                    float(part**2 @ self._noise),
                    float(whole**2 @ self._noise),
                    float(part * whole @ self._noise),
                )
        return found

    def _base(self, asked: Asked) -> Vector:
        """Return the base: every reply, or those that chose the question's topic."""
        return self._form(asked.atoms) if asked.topic else self._replies

    def _of(self, cell: Atom) -> Sequence[Atom]:
        """Return the atoms of a published option: itself, or those that it is divided into."""
        if cell in self._atoms:
            return (cell,)
        own = (asked.atoms for asked in self._plan.own if cell == (TOPICS, asked.topic))
        divided = next(own, None)
        return divided or [a for a in self._plan.families[0].atoms if a[0] != cell[0]]

    def _form(self, atoms: Sequence[Atom]) -> Vector:
        """Return the sum of some atoms as a linear form of the measurements."""
        wanted = set(atoms)
        chosen = np.array([atom in wanted for atom in self._atoms], dtype=float)
        form: Vector = chosen @ self._solve
        return form

    def _values(self, noisy: Noisy) -> Vector:
        units = np.array([cell for cells in noisy.answers for cell in cells], dtype=float)
        values: Vector = units / self._weights
        return values

    def _cells(self, measured: Sequence[Histogram]) -> Vector:
        """Return a row for each measured cell, with a 1 for each of its atoms."""
        place = {atom: number for number, atom in enumerate(self._atoms)}
        cells = [atoms for each in measured for _, atoms in each.cells]
        rows = np.zeros((len(cells), len(self._atoms)))
        for row, atoms in zip(rows, cells, strict=True):
            row[[place[atom] for atom in atoms]] = 1
        return rows

    def _families(self) -> Vector:
        """Return the conditions: every other family has the same total as the first."""
        sizes = [len(family.atoms) for family in self._plan.families]
        owner = np.repeat(np.arange(len(sizes)), sizes)
        rows: Any = [(owner == 0) * 1.0 - (owner == n) * 1.0 for n in range(1, len(sizes))]
        return np.array(rows).reshape(len(rows), len(owner))


def _noise(measured: Histogram) -> Vector:
    return np.full(len(measured.cells), variance(measured.epsilon, weight=measured.weight))


def _least_squares(cells: Vector, noise: Vector, conditions: Vector) -> Vector:
    """Return the matrix that turns measurements into atoms (Lagrange multipliers)."""
    weighted = cells.T / noise
    many, some = cells.shape[1], len(conditions)
    system = np.zeros((many + some, many + some))
    system[:many, :many] = weighted @ cells
    system[many:, :many], system[:many, many:] = conditions, conditions.T
    solved: Vector = np.linalg.solve(system, np.vstack([weighted, np.zeros((some, len(noise)))]))
    return solved[:many]
