"""The fixed cube of a month: public group × question × option, and how many replied. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from replies.form.schema import Question
from reports.groups import Group, Scope

NO_ANSWER = "no-answer"
NO_ANSWER_LABEL = "No answer, or not asked"


@dataclass(frozen=True, slots=True)
class Asked:
    """One published question. `weight` units are what one reply adds to its options together.

    Where several options may be chosen, a reply's units are split evenly over those chosen, so
    that it weighs as much as any other.
    """

    name: str
    title: str
    several: bool
    options: tuple[tuple[str, str], ...]
    weight: int

    @classmethod
    def of(cls, question: Question) -> "Asked":
        """A question of the catalogue, with “no answer” as its last option."""
        together = sum(not option.alone for option in question.options)
        return cls(
            name=question.name,
            title=question.title,
            several=question.many,
            options=(
                *((option.key, option.label) for option in question.options),
                (NO_ANSWER, NO_ANSWER_LABEL),
            ),
            weight=math.lcm(*range(1, together + 1)) if question.many else 1,
        )

    @property
    def key(self) -> str:
        """The question without its version."""
        return self.name.rpartition(".")[0]

    def as_json(self) -> dict[str, Any]:
        return {
            "question": self.name,
            "title": self.title,
            "several": self.several,
            "options": [{"option": key, "label": label} for key, label in self.options],
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """What a month's release consists of, fixed before a single reply is read."""

    month: str
    groups: tuple[Group, ...]
    questions: tuple[Asked, ...]


@dataclass(slots=True)
class Counts:
    """One group's true counts, in memory only. `answers` has a list of units for each question."""

    replies: int = 0
    answers: list[list[int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Noisy:
    """One group's counts with noise added: all that is ever kept of them."""

    replies: int
    answers: tuple[tuple[int, ...], ...]

    def as_json(self) -> dict[str, Any]:
        return {"replies": self.replies, "answers": [list(cells) for cells in self.answers]}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Noisy":
        return cls(kept["replies"], tuple(tuple(cells) for cells in kept["answers"]))


def empty(plan: Plan) -> list[Counts]:
    """A zero for each cell of each group."""
    return [Counts(0, _zeros(plan.questions)) for _ in plan.groups]


def asked_of(group: Group, plan: Plan) -> Sequence[Asked]:
    """The questions that are drawn for a group: all of them, or none."""
    return plan.questions if group.scope == Scope.FULL else ()


def _zeros(questions: Sequence[Asked]) -> list[list[int]]:
    return [[0] * len(question.options) for question in questions]
