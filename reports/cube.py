"""What a month counts: its questions, the counts of a group, and their noisy values. Pure.

A reply is counted in *atoms*: it falls into one atom of each family, or is split over several, so
that it adds the same weight to each family. The family `changed` has an atom for each answer to the
opening question that leads no further and, for those who said that something changed, one for each
topic and answer. Every other question that all are asked is a family of its own.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from replies.form.questions import TOPICS
from replies.form.schema import Question
from reports.groups import Group

NO_ANSWER = "no-answer"
NO_ANSWER_LABEL = "No answer"
NOT_ASKED_LABEL = "No answer, or not asked"
CHANGED, YES = "changed", "yes"

Atom = tuple[str, str]
"""A question and an answer: the smallest thing counted."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One published question. `together` is how many of its options may be chosen at once."""

    name: str
    title: str
    options: tuple[tuple[str, str], ...]
    together: int = 1
    topic: str = ""
    """The answer to `topics` after which it is asked; empty if every reply is its base."""

    @classmethod
    def of(cls, question: Question, topics: frozenset[str] = frozenset()) -> "Asked":
        """Make it from a question of the catalogue, with “no answer” as the last option."""
        key, together = question.key, sum(not option.alone for option in question.options)
        is_optional = question.asked_when is not None and key != TOPICS and key not in topics
        label = NOT_ASKED_LABEL if is_optional else NO_ANSWER_LABEL
        return cls(
            name=question.name,
            title=question.title,
            options=(
                *((option.key, option.label) for option in question.options),
                (NO_ANSWER, label),
            ),
            together=together if question.many else 1,
            topic=key if key in topics else "",
        )

    @classmethod
    def from_json(cls, shown: Mapping[str, Any]) -> "Asked":
        options = tuple((each["option"], each["label"]) for each in shown["options"])
        return cls(shown["question"], shown["title"], options, shown["together"], shown["topic"])

    @property
    def key(self) -> str:
        """The question without its version."""
        return self.name.rpartition(".")[0]

    @property
    def weight(self) -> int:
        """Units that a reply adds to its options together; divisible by any number of options."""
        return math.lcm(*range(1, self.together + 1))

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """An atom for each option."""
        return tuple((self.key, option) for option, _ in self.options)

    def as_json(self) -> dict[str, Any]:
        return {
            "question": self.name,
            "title": self.title,
            "several": self.together > 1,
            "together": self.together,
            "topic": self.topic,
            "options": [{"option": key, "label": label} for key, label in self.options],
        }


@dataclass(frozen=True, slots=True)
class Family:
    """Atoms to which a reply adds `weight` units in total."""

    atoms: tuple[Atom, ...]
    weight: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a month's release consists of, fixed before a single reply is read.

    The first question is the opening one; `topics` and the topics' own questions may follow, and
    then the others. The groups' numbers of mailed tenants are exact and never published.
    """

    month: str
    groups: tuple[Group, ...]
    questions: tuple[Asked, ...]

    @property
    def opening(self) -> Asked:
        return self.questions[0]

    @property
    def topics(self) -> Asked | None:
        return next((asked for asked in self.questions if asked.key == TOPICS), None)

    @property
    def own(self) -> tuple[Asked, ...]:
        """The questions asked about one topic each."""
        return tuple(asked for asked in self.questions if asked.topic)

    @property
    def others(self) -> tuple[Asked, ...]:
        """The questions asked of everybody, except the opening one and the topics."""
        return tuple(a for a in self.questions[1:] if not a.topic and a.key != TOPICS)

    @property
    def families(self) -> tuple[Family, ...]:
        """Every family of atoms; `changed` comes first."""
        return (self._changes(), *(Family(asked.atoms, asked.weight) for asked in self.others))

    def _changes(self) -> Family:
        if self.topics is None:
            return Family(self.opening.atoms, 1)
        asked_own = {asked.topic for asked in self.own}
        kept = [atom for atom in self.opening.atoms if atom[1] != YES]
        kept += [atom for atom in self.topics.atoms if atom[1] not in asked_own]
        kept += [atom for asked in self.own for atom in asked.atoms]
        return Family(tuple(kept), self.topics.weight * math.lcm(*(a.weight for a in self.own)))


@dataclass(slots=True)
class Counts:
    """One group's true counts, only ever in memory: replies, and units by family and atom."""

    replies: int = 0
    answers: list[list[int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Noisy:
    """One group's counts with noise added, which are all that is ever stored.

    `replies` is measured by itself only where nothing else is; `answers` has a list of units for
    each histogram.
    """

    mailed: int
    replies: int | None
    answers: tuple[tuple[int, ...], ...]

    def as_json(self) -> dict[str, Any]:
        answers = [list(cells) for cells in self.answers]
        return {"mailed": self.mailed, "replies": self.replies, "answers": answers}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Noisy":
        answers = tuple(tuple(cells) for cells in kept["answers"])
        return cls(kept["mailed"], kept["replies"], answers)


def empty(plan: Plan) -> list[Counts]:
    """Return zero counts for each group of the plan."""
    return [Counts(0, _zeros(plan.families)) for _ in plan.groups]


def _zeros(families: Sequence[Family]) -> list[list[int]]:
    return [[0] * len(family.atoms) for family in families]
