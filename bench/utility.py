"""How far published figures lie from the truth, and how often their intervals hold it.

`python -m bench.utility` prints the tables of `docs/method.md`, of tenants who answer as unevenly
as the demo's do, and of such as answer evenly.
"""

import math
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.drawn_months import POOLED, Answering, Population, Truth, compared, even
from bench.rows import Measurement
from checkin.demo import past
from console.released.differences import compare
from console.released.figures import of_group
from reports.document import Document
from reports.groups import ALL

SIZES = {50: 1, 800: 1, 8_000: 5, 50_000: 1, 80_000: 10, 123_456: 1, 1_000_000: 400}
"""Tenants, and into how many housing associations of one size they fall."""
REPEATS = {50: 2000, 800: 1000, 8_000: 200, 50_000: 600, 80_000: 80, 123_456: 600, 1_000_000: 3}
"""Quarters that are drawn: as many as tell the coverage of a rate to a point or so."""
GOALS = {800: (1.6, 1.0), 8_000: (0.9, 0.6), 80_000: (0.2, 0.2)}
"""Root-mean-square error of the main shares of a group in points, and pooled over three months."""
ERRORS = {
    "main": "main",
    "main, 3 months": "main pooled",
    "follow-up": "follow-up",
    "follow-up, 3 months": "follow-up pooled",
    "main, all": "main of all",
    "rate": "rate",
}
HELD = {
    "rate": "rate",
    "rate, 3 months": "rate pooled",
    "main": "main",
    "main, 3 months": "main pooled",
    "follow-up": "follow-up",
    "follow-up, 3 months": "follow-up pooled",
    "difference of two months": "difference",
    "of two groups": "difference of groups",
}


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

    def add(self, kind: str, estimate: float, margin: float, truth: float) -> None:
        """Compare an estimate with its true value, both in per cent or points."""
        self.squares[kind].append((estimate - truth) ** 2)
        self.held[kind].append(abs(estimate - truth) <= margin + 1e-9)

    def count(self, figure: Mapping[str, Any]) -> None:
        """Count a figure, and whether it is hidden or marked."""
        self.figures += 1
        self.hidden += figure["estimate"] is None
        self.unreliable += figure["note"] == "[u]"


def measure(_scale: float = 1.0) -> list[Measurement]:
    """The errors and the hidden share at each size for which there is a goal."""
    return [_row(tenants, at(tenants, past.random_answers, repeats=60)) for tenants in GOALS]


def at(tenants: int, answering: Answering, *, repeats: int | None = None) -> Errors:
    """The errors of as many simulated quarters of a year as this size needs."""
    population, errors = Population(tenants, SIZES[tenants], answering), Errors()
    for number in range(repeats or REPEATS[tenants]):
        shown, true = population.quarter(f"{tenants} {number}")
        for figure, truth in compared(shown, true):
            errors.count(figure)
            if figure["estimate"] is not None:
                kind = _kind(figure, is_only=SIZES[tenants] == 1)
                errors.add(kind, figure["estimate"], figure["margin"], truth)
        _add_differences(errors, shown, true)
    return errors


def _add_differences(errors: Errors, shown: Sequence[Document], true: Sequence[Truth]) -> None:
    """Add the first group's shares beside those of the month before and of the second group."""
    month, before = shown[-1], shown[-2]
    first, *others = [g["group"] for g in month["groups"] if g["group"] != ALL] or [ALL]
    sides = [("difference", before, true[-2], first)]
    sides += [("difference of groups", month, true[-1], name) for name in others[:1]]
    for kind, other, truth, name in sides:
        found = compare(of_group(other, name), of_group(month, first))[1:]
        for question, row in ((q, row) for q in found for row in q.rows):
            if row.change is not None and row.margin is not None:
                now = _truth(month, true[-1], first, question.key, row.label)
                then = _truth(other, truth, name, question.key, row.label)
                errors.add(kind, row.change, row.margin, now - then)


def _truth(document: Document, truth: Truth, group: str, key: str, label: str) -> float:
    asked = next(q for q in document["questions"] if q["question"].rpartition(".")[0] == key)
    option = next(each["option"] for each in asked["options"] if each["label"] == label)
    return Truth.of({"group": group, "question": key, "option": option}, [truth]) or 0.0


def _kind(figure: Mapping[str, Any], *, is_only: bool) -> str:
    measure = figure["measure"].removesuffix(POOLED)
    kind = "rate" if not figure["question"] else "main" if measure == "share" else "follow-up"
    where = " of all" if figure["group"] == ALL and not is_only else ""
    return f"{kind}{where}{' pooled' if measure != figure['measure'] else ''}"


def _row(tenants: int, found: Errors) -> Measurement:
    goal, pooled = GOALS[tenants]
    error, error_pooled = found.rms("main") or math.inf, found.rms("main pooled") or math.inf
    hidden = 100 * found.hidden / found.figures
    return Measurement(
        name=f"figures: error of main shares, {tenants:,} tenants",
        value=f"{error:.2f}, pooled {error_pooled:.2f} points; {hidden:.1f} % hidden",
        target=f"at most {goal} and {pooled}; 5 % hidden",
        met=error <= goal and error_pooled <= pooled and hidden <= 5,
        note=f"{SIZES[tenants]} groups, answers as the demo's",
    )


def tables(answering: Answering, name: str) -> Iterator[str]:
    """The tables of `docs/method.md`, in Markdown: errors, and intervals that held."""
    found = {tenants: at(tenants, answering) for tenants in SIZES}
    yield f"\n**{name}**, error in points\n"
    yield _line("tenants", "groups", *ERRORS, "hidden", "`[u]`")
    yield f"|{'---:|' * (len(ERRORS) + 4)}"
    for tenants, errors in found.items():
        points = (_cell(errors.rms(kind), 2) for kind in ERRORS.values())
        marks = (_of(errors.hidden, errors), _of(errors.unreliable, errors))
        yield _line(f"{tenants:,}", str(SIZES[tenants]), *points, *marks)
    yield f"\n**{name}**, intervals that held the truth as printed, of 100\n"
    yield _line("tenants", *HELD)
    yield f"|{'---:|' * (len(HELD) + 1)}"
    for tenants, errors in found.items():
        yield _line(f"{tenants:,}", *(_cell(errors.coverage(kind), 1) for kind in HELD.values()))


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: float | None, decimals: int) -> str:
    return "–" if value is None else f"{value:.{decimals}f}"


def _of(part: int, errors: Errors) -> str:
    return f"{100 * part / errors.figures:.0f} %"


KINDS = {
    "uneven": (past.random_answers, "Answers as uneven as the demo's"),
    "even": (even, "Even answers"),
}

if __name__ == "__main__":
    for kind in sys.argv[1:] or KINDS:
        for line in tables(*KINDS[kind]):
            print(line, flush=True)
