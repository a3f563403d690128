"""Months of invented tenants who answer the catalogue's questions, as published and in truth."""

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from checkin.demo import past
from replies.form import questions
from replies.form.questions import Answers, Form, Question
from reports import protect, tally
from reports.cube import Counts, Plan
from reports.document import Document, document
from reports.estimate import Ratio, together
from reports.groups import public_groups
from reports.measured import Measured
from reports.spec import SPEC
from reports.units import Units

REPLYING = 0.36
PATTERNS = 4_000
RELEASED = date(2027, 1, 4)
MONTHS = ("2026-10", "2026-11", "2026-12")
POOLED = "_3_months"

Answering = Callable[[Form, random.Random], Answers]


class Population:
    """Tenants in groups of one size, `REPLYING` of whom reply each month, as `answering` says."""

    def __init__(self, tenants: int, groups: int, answering: Answering) -> None:
        pinned = questions.pin(past.ASKED)
        mailed = {f"Homes {n} (example)": tenants // groups for n in range(groups)}
        asked = tuple(tally.published_questions(pinned))
        self.plans = [Plan(month, public_groups(mailed, SPEC), asked) for month in MONTHS]
        chance, form = random.Random(tenants), questions.form(pinned)
        self._patterns = _units(self.plans[0], [answering(form, chance) for _ in range(PATTERNS)])

    def quarter(self, seed: str) -> tuple[list[Document], list["Truth"]]:
        """Draw three months: what is published of each, and what is true of each."""
        numbers = np.random.default_rng(random.Random(seed).getrandbits(64))
        shown: list[Document] = []
        true = []
        for plan in self.plans:
            counts = [self._counts(group.mailed, numbers) for group in plan.groups]
            drawn = protect.draw(counts, plan, SPEC)
            shown.append(document(drawn, plan, SPEC, released_on=RELEASED, earlier=shown))
            true.append(Truth(counts, plan))
        return shown, true

    def _counts(self, mailed: int, numbers: np.random.Generator) -> Counts:
        replies = round(mailed * REPLYING)
        drawn = numbers.multinomial(replies, np.full(PATTERNS, 1 / PATTERNS))
        return Counts(replies, [(drawn @ matrix).tolist() for matrix in self._patterns])


class Truth:
    """A month's true rates and shares, made as the estimates are but from counts without noise."""

    def __init__(self, counts: Sequence[Counts], plan: Plan) -> None:
        self._exact = Measured(_unprotected(counts, plan), plan, SPEC)
        self._names = {asked.key: asked.name for asked in plan.questions}

    @staticmethod
    def of(figure: Mapping[str, Any], months: Sequence["Truth"]) -> float | None:
        """Return the true value of a figure in per cent; None if nobody was asked.

        `months` are those that the figure is about.
        """
        whole = together([month.ratio(figure) for month in months])
        return 100 * whole.part / whole.whole if whole.whole > 0 else None

    def ratio(self, figure: Mapping[str, Any]) -> Ratio:
        """Return the true part and whole of a figure."""
        if not figure["question"]:
            return self._exact.rate(figure["group"])
        shares = self._exact.shares(figure["group"])
        return shares[self._names[figure["question"]], figure["option"]]


def even(form: Form, chance: random.Random) -> Answers:
    """Answer each question that is asked; every option is as likely as another."""
    answers: Answers = {}
    for question in form:
        if question.is_asked(answers):
            given = _evenly(question, chance)
            answers[question.key] = given if question.many else given[0]
    return answers


def counted(plan: Plan, replies: Sequence[tuple[Answers, int]]) -> Counts:
    """Return the counts of a group in which so many tenants gave each of these answers."""
    units = _units(plan, [answers for answers, _ in replies])
    many = np.array([count for _, count in replies])
    return Counts(int(many.sum()), [(many @ matrix).tolist() for matrix in units])


def _evenly(question: Question, chance: random.Random) -> list[str]:
    usual = [option.key for option in question.options if not option.alone]
    return chance.sample(usual, chance.randint(1, 2) if question.many else 1)


def _units(plan: Plan, replies: Sequence[Answers]) -> list[NDArray[np.int64]]:
    """Return a matrix for each family: the units that each reply adds to each atom."""
    units = Units(plan)
    found = [np.zeros((len(replies), len(each.atoms)), dtype=np.int64) for each in plan.families]
    for row, answers in enumerate(replies):
        for family, place, added in units.added_by(json.dumps(answers).encode()):
            found[family][row, place] += added
    return found


def _unprotected(counts: Sequence[Counts], plan: Plan) -> list[Any]:
    noise, protect.add_noise = protect.add_noise, _nothing
    try:
        return protect.draw(counts, plan, SPEC)
    finally:
        protect.add_noise = noise


def _nothing(counts: Sequence[int], epsilon: float, *, weight: int = 1) -> list[int]:
    assert epsilon * weight > 0
    return list(counts)


def compared(
    shown: Sequence[Document], true: Sequence[Truth]
) -> Iterator[tuple[Mapping[str, Any], float]]:
    """Yield each figure of the last month that is in per cent, with its true value."""
    for figure in shown[-1]["figures"]:
        if figure["measure"] not in ("mailed", "replies"):
            months = true if figure["measure"].endswith(POOLED) else true[-1:]
            if (truth := Truth.of(figure, months)) is not None:
                yield figure, truth
