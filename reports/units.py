"""Compute which atoms a reply is counted in, and with how many units. Pure."""

import json
from collections.abc import Iterator
from typing import NamedTuple

from replies.form.questions import TOPICS, Answers
from replies.form.schema import chosen
from reports.cube import NO_ANSWER, YES, Asked, Atom, Plan

Added = list[tuple[int, int, int]]
"""Family, index of the atom in it, units."""


class _Options(NamedTuple):
    """A question and the options that may be counted."""

    key: str
    known: frozenset[str]

    def chosen(self, answers: Answers) -> list[str]:
        """Return the options that a reply chose; “no answer” if it chose none of them."""
        return [o for o in chosen(answers, self.key) if o in self.known] or [NO_ANSWER]


class Units:
    """Reads replies to one month's questions."""

    def __init__(self, plan: Plan) -> None:
        self._weights = [family.weight for family in plan.families]
        self._places = [
            {atom: place for place, atom in enumerate(family.atoms)} for family in plan.families
        ]
        self._opening = _options(plan.opening)
        self._topics = _options(plan.topics) if plan.topics is not None else None
        self._own = {asked.topic: _options(asked) for asked in plan.own}
        self._others = [_options(asked) for asked in plan.others]

    def added_by(self, said: bytes) -> Added:
        """Return what a reply (answers as JSON) adds: each family's weight, split evenly."""
        answers: Answers = json.loads(said)
        added = list(self._changes(answers))
        for family, options in enumerate(self._others, start=1):
            found = options.chosen(answers)
            units = self._weights[family] // len(found)
            added += [(family, self._places[family][options.key, o], units) for o in found]
        return added

    def _changes(self, answers: Answers) -> Iterator[tuple[int, int, int]]:
        (said,) = self._opening.chosen(answers)[:1]
        if self._topics is None or said != YES:
            yield 0, self._places[0][self._opening.key, said], self._weights[0]
            return
        topics = self._topics.chosen(answers)
        for topic in topics:
            atoms = self._atoms(topic, answers)
            for atom in atoms:
                yield 0, self._places[0][atom], self._weights[0] // len(topics) // len(atoms)

    def _atoms(self, topic: str, answers: Answers) -> list[Atom]:
        own = self._own.get(topic)
        if own is None:
            return [(TOPICS, topic)]
        return [(own.key, option) for option in own.chosen(answers)]


def _options(asked: Asked) -> _Options:
    return _Options(asked.key, frozenset(option for option, _ in asked.options) - {NO_ANSWER})
