"""What is measured of a group: histograms whose cells are sums of atoms. Pure.

One reply adds at most `weight` units to a histogram's cells together: its sensitivity in L1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from replies.form.questions import TOPICS
from reports.cube import CHANGED, YES, Asked, Atom, Plan
from reports.spec import Spec

ANSWERS = "answers"
UNCHANGED: Atom = (CHANGED, "anything but yes")


@dataclass(frozen=True, slots=True)
class Histogram:
    """Named cells, each a list of atoms of one family, and the ε spent on measuring them."""

    name: str
    family: int
    weight: int
    epsilon: float
    cells: tuple[tuple[Atom, tuple[Atom, ...]], ...]

    @property
    def scale(self) -> float:
        """The scale of the noise of each cell, in units."""
        return self.weight / self.epsilon

    def as_json(self) -> dict[str, Any]:
        """Return it as published with the measurements; a cell's value ÷ `weight` is in replies."""
        return {
            "histogram": self.name,
            "weight": self.weight,
            "epsilon": self.epsilon,
            "scale": self.scale,
            "cells": [{"question": key, "option": option} for (key, option), _ in self.cells],
        }


def histograms(plan: Plan, spec: Spec) -> tuple[Histogram, ...]:
    """Return the histograms of a month, in the order in which they are drawn."""
    changes, *_ = plan.families
    opening = tuple((atom, _of_opening(atom, changes.atoms)) for atom in plan.opening.atoms)
    found = [Histogram(CHANGED, 0, 1, spec.changed_epsilon, opening)]
    if plan.topics is not None:
        weight = changes.weight
        found += [
            Histogram(TOPICS, 0, weight, spec.topics_epsilon, _topics(plan, plan.topics)),
            Histogram(ANSWERS, 0, weight, spec.answers_epsilon, _answers(plan)),
        ]
    for number, asked in enumerate(plan.others, start=1):
        cells = tuple((atom, (atom,)) for atom in asked.atoms)
        epsilon = spec.other_epsilon / len(plan.others)
        found.append(Histogram(asked.key, number, asked.weight, epsilon, cells))
    return tuple(found)


def _topics(plan: Plan, topics: Asked) -> tuple[tuple[Atom, tuple[Atom, ...]], ...]:
    """The answers to the opening question that lead no further, and each topic."""
    own = {asked.topic: asked.atoms for asked in plan.own}
    return (
        *((atom, (atom,)) for atom in plan.opening.atoms if atom[1] != YES),
        *((atom, own.get(atom[1], (atom,))) for atom in topics.atoms),
    )


def _answers(plan: Plan) -> tuple[tuple[Atom, tuple[Atom, ...]], ...]:
    """Each topic's answers; whoever said that nothing changed is one cell."""
    unchanged = tuple(atom for atom in plan.opening.atoms if atom[1] != YES)
    left = (atom for atom in plan.families[0].atoms if atom not in unchanged)
    return ((UNCHANGED, unchanged), *((atom, (atom,)) for atom in left))


def _of_opening(atom: Atom, atoms: Sequence[Atom]) -> tuple[Atom, ...]:
    """The atoms of one answer to the opening question; “yes” is divided where topics are asked."""
    return (atom,) if atom in atoms else tuple(each for each in atoms if each[0] != CHANGED)
