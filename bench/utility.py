"""How far published figures lie from the truth, and how often their intervals hold it.

Months of invented tenants who answer the catalogue's own questions, some as unevenly as the demo's
do, some evenly. `python -m bench.utility` prints the tables of `docs/method.md`.
"""

import json
import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.rows import Measurement
from checkin.demo import past
from replies.form import questions
from replies.form.questions import Answers, Form, Question
from reports import protect, tally
from reports.cube import Counts, Plan
from reports.document import document
from reports.groups import ALL, public_groups
from reports.measured import Measured
from reports.spec import SPEC
from reports.units import Units

REPLYING = 0.36
SIZES = {50: 1, 800: 1, 8_000: 5, 50_000: 1, 80_000: 10, 123_456: 1, 1_000_000: 400}
"""Tenants, and into how many housing associations of one size they fall."""
REPEATS = {50: 600, 800: 300, 8_000: 60, 50_000: 150, 80_000: 20, 123_456: 150, 1_000_000: 3}
GOALS = {800: (1.6, 1.0), 8_000: (0.9, 0.6), 80_000: (0.2, 0.2)}
"""Root-mean-square error of the main shares of a group in points, and pooled over three months."""
MAIN = ("changed", "topics", "support")
PATTERNS = 4_000
RELEASED = date(2027, 1, 4)
MONTHS = ("2026-10", "2026-11", "2026-12")

Place = tuple[str, str, str]
"""Measure, question, option."""
Answering = Callable[[Form, random.Random], Answers]


@dataclass(slots=True)
class Errors:
    """Errors in points, and how often intervals held, by what was measured."""

    squares: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    held: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    figures: int = 0
    hidden: int = 0
    unreliable: int = 0

    def rms(self, kind: str) -> float | None:
        """Root mean square error of a kind; None where nothing of it is published."""
        found = self.squares.get(kind)
        return math.sqrt(sum(found) / len(found)) if found else None

    def coverage(self, kind: str) -> float | None:
        """How many of 100 intervals held the truth, as they are printed."""
        found = self.held.get(kind)
        return 100 * sum(found) / len(found) if found else None

    def add(self, kind: str, figure: Mapping[str, Any], truth: float) -> None:
        """Compare a figure with its true value, in per cent."""
        self.figures += 1
        self.hidden += figure["estimate"] is None
        self.unreliable += figure["note"] == "[u]"
        if figure["estimate"] is not None:
            error = figure["estimate"] - truth
            self.squares[kind].append(error**2)
            self.held[kind].append(abs(error) <= figure["margin"] + 1e-9)


def measure(_scale: float = 1.0) -> list[Measurement]:
    """The errors and the hidden share at each size for which there is a goal."""
    return [_row(tenants, at(tenants, past.random_answers)) for tenants in GOALS]


def at(tenants: int, answering: Answering, *, repeats: int | None = None) -> Errors:
    """The errors of as many simulated quarters of a year as this size needs."""
    month, errors = _Months(tenants, answering), Errors()
    for number in range(repeats or REPEATS[tenants]):
        month.compare(errors, random.Random(f"{tenants} {number}"))
    return errors


def even(form: Form, chance: random.Random) -> Answers:
    """Half said that something changed; every option of a question is as likely as another."""
    answers: Answers = {}
    for question in form:
        if question.is_asked(answers):
            given = _evenly(question, chance)
            answers[question.key] = given if question.many else given[0]
    return answers


def _evenly(question: Question, chance: random.Random) -> list[str]:
    usual = [option.key for option in question.options if not option.alone]
    return chance.sample(usual, chance.randint(1, 2) if question.many else 1)


class _Months:
    """Three months of one population."""

    def __init__(self, tenants: int, answering: Answering) -> None:
        pinned = questions.pin(past.ASKED)
        groups = SIZES[tenants]
        mailed = {f"Homes {n} (example)": tenants // groups for n in range(groups)}
        self.plans = [
            Plan(month, public_groups(mailed, SPEC), tuple(tally.published_questions(pinned)))
            for month in MONTHS
        ]
        chance, form = random.Random(tenants), questions.form(pinned)
        replies = [json.dumps(answering(form, chance)).encode() for _ in range(PATTERNS)]
        self._patterns = self._matrix(replies)

    def compare(self, errors: Errors, chance: random.Random) -> None:
        """Draw the three months and compare what is published of the last with the truth."""
        numbers = np.random.default_rng(chance.getrandbits(64))
        truths = [[self._counts(g.mailed, numbers) for g in plan.groups] for plan in self.plans]
        earlier: list[Mapping[str, Any]] = []
        for plan, counts in zip(self.plans, truths, strict=True):
            drawn = protect.draw(counts, plan, SPEC)
            earlier.append(document(drawn, plan, SPEC, released_on=RELEASED, earlier=earlier))
        true = [_Truth(c, plan) for c, plan in zip(truths, self.plans, strict=True)]
        for figure in earlier[-1]["figures"]:
            if found := _compared(figure, true):
                errors.add(found[0], figure, found[1])
        self._differences(errors, earlier, true)

    def _differences(
        self, errors: Errors, shown: list[Mapping[str, Any]], true: list["_Truth"]
    ) -> None:
        """Each share beside the month before, with the margin that the page gives it."""
        before = {_place(f): f for f in shown[-2]["figures"]}
        for figure in shown[-1]["figures"]:
            if figure["measure"] == "share" and figure["question"] in MAIN:
                other = before[_place(figure)]
                moved = {
                    "estimate": figure["estimate"] - other["estimate"],
                    "margin": math.hypot(figure["margin"], other["margin"]),
                    "note": "",
                }
                now, then = (_compared(figure, [each]) for each in (true[-1], true[-2]))
                if now and then:
                    errors.add("difference", moved, now[1] - then[1])

    def _counts(self, mailed: int, numbers: np.random.Generator) -> Counts:
        replies = round(mailed * REPLYING)
        drawn = numbers.multinomial(replies, np.full(PATTERNS, 1 / PATTERNS))
        return Counts(replies, [(drawn @ matrix).tolist() for matrix in self._patterns])

    def _matrix(self, replies: list[bytes]) -> list[NDArray[np.int64]]:
        families, units = self.plans[0].families, Units(self.plans[0])
        found = [np.zeros((PATTERNS, len(family.atoms)), dtype=np.int64) for family in families]
        for row, said in enumerate(replies):
            for family, place, added in units.added_by(said):
                found[family][row, place] += added
        return found


class _Truth:
    """A month's true rates and shares, made as the estimates are but from counts without noise."""

    def __init__(self, counts: list[Counts], plan: Plan) -> None:
        self.exact = Measured(_unprotected(counts, plan), plan, SPEC)


def _unprotected(counts: list[Counts], plan: Plan) -> list[Any]:
    noise, protect.add_noise = protect.add_noise, _nothing
    try:
        return protect.draw(counts, plan, SPEC)
    finally:
        protect.add_noise = noise


def _nothing(counts: Sequence[int], epsilon: float, *, weight: int = 1) -> list[int]:
    assert epsilon * weight > 0
    return list(counts)


def _compared(figure: Mapping[str, Any], true: list[_Truth]) -> tuple[str, float] | None:
    """What kind of figure it is, and its true value in per cent."""
    kind, _, pooled = figure["measure"].partition("_3_months")
    months = true if figure["measure"].endswith("_3_months") else true[-1:]
    del pooled
    if kind in ("mailed", "replies") or figure["measure"].endswith("_12_months"):
        return None
    name = figure["group"]
    if kind == "response_rate":
        ratios = [each.exact.rate(name) for each in months]
    else:
        key = next(a.name for a in months[0].exact.plan.questions if a.key == figure["question"])
        ratios = [each.exact.shares(name)[key, figure["option"]] for each in months]
    whole = sum(ratio.whole for ratio in ratios)
    if whole <= 0:
        return None
    is_all = name == ALL and len(months[0].exact.names) > 1
    label = "rate" if kind == "response_rate" else _label(kind, figure["question"])
    where = " of all" if is_all else ""
    return f"{label}{where}{' pooled' if len(months) > 1 else ''}", 100 * sum(
        ratio.part for ratio in ratios
    ) / whole


def _label(kind: str, question: str) -> str:
    return "main" if kind == "share" and question in MAIN else "follow-up"


def _place(figure: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(figure[name] for name in ("group", "measure", "question", "option"))


def _row(tenants: int, found: Errors) -> Measurement:
    goal, pooled = GOALS[tenants]
    error, error_pooled = found.rms("main") or math.inf, found.rms("main pooled") or math.inf
    hidden = 100 * found.hidden / found.figures
    return Measurement(
        name=f"figures: error of main shares, {tenants:,} tenants",
        value=f"{error:.2f}, pooled {error_pooled:.2f} points; {hidden:.1f} % hidden",
        target=f"at most {goal} and {pooled}; 5 % hidden",
        met=error <= goal and error_pooled <= pooled and hidden <= 5,
        note=f"{REPEATS[tenants]} quarters of {SIZES[tenants]} groups, answers as the demo's",
    )


KINDS = ("main", "main pooled", "follow-up", "main of all", "rate", "rate of all")
COVERED = ("rate", "main", "follow-up", "main pooled", "follow-up pooled", "difference")


def tables() -> Iterator[str]:
    """The utility and coverage tables of `docs/method.md`, in Markdown."""
    for name, answering in (
        ("Answers as uneven as the demo's", past.random_answers),
        ("Even", even),
    ):
        found = {tenants: at(tenants, answering) for tenants in SIZES}
        yield f"\n**{name}**, error in points\n\n| tenants | groups | {' | '.join(KINDS)} | `[u]` |"
        yield f"|{'---:|' * (len(KINDS) + 3)}"
        for tenants, errors in found.items():
            cells = [_points(errors.rms(kind)) for kind in KINDS]
            unreliable = f"{100 * errors.unreliable / errors.figures:.0f} %"
            yield f"| {tenants:,} | {SIZES[tenants]} | {' | '.join([*cells, unreliable])} |"
        yield f"\n**{name}**, intervals that held the truth, of 100\n"
        yield f"| tenants | {' | '.join(COVERED)} |"
        yield f"|{'---:|' * (len(COVERED) + 1)}"
        for tenants, errors in found.items():
            hits = [_hits(errors.coverage(kind)) for kind in COVERED]
            yield f"| {tenants:,} | {' | '.join(hits)} |"


def _points(error: float | None) -> str:
    return "–" if error is None else f"{error:.2f}"


def _hits(coverage: float | None) -> str:
    return "–" if coverage is None else f"{coverage:.1f}"


if __name__ == "__main__":
    for line in tables():
        print(line, flush=True)
