"""How far published figures lie from the truth, month by month of invented tenants.

Six questions of four options each, 35 in 100 tenants reply, one in ten of those skips a question:
the shape on which the design was measured. `python -m bench.utility` prints the table of
`docs/method.md`.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from bench.rows import Row
from reports import protect
from reports.cube import NO_ANSWER, Asked, Counts, Plan
from reports.document import document
from reports.groups import Group, Scope, public_groups
from reports.spec import SPEC

QUESTIONS, OPTIONS, REPLYING, SKIPPING = 6, 4, 0.35, 0.1
SIZES = {50: 1, 800: 1, 8_000: 5, 80_000: 10, 1_000_000: 400}
"""Tenants, and into how many housing associations of about one size they fall."""
REPEATS = {50: 400, 800: 600, 8_000: 60, 80_000: 20, 1_000_000: 1}
MEASURED = {800: (3.4, 0.9), 8_000: (1.6, 0.4), 80_000: (0.3, 0.1)}
"""Root-mean-square errors of shares and rates, in points, that the design promised."""
MONTH, RELEASED = "2026-12", date(2027, 1, 4)


@dataclass(frozen=True, slots=True)
class Utility:
    """Errors at one size, in percentage points; None where nothing of the kind is published."""

    tenants: int
    groups: int
    share_error: float | None
    share_error_of_all: float | None
    rate_error: float
    hidden: float | None


def measure(_scale: float = 1.0) -> list[Row]:
    """The errors at each size for which the design named some."""
    return [_row(at(tenants), *MEASURED[tenants]) for tenants in MEASURED]


def at(tenants: int) -> Utility:
    """The errors of as many simulated months as this size needs."""
    plan, chance = _plan(tenants), random.Random(tenants)
    share: list[float | None] = []
    share_of_all: list[float | None] = []
    rate: list[float | None] = []
    for _ in range(REPEATS[tenants]):
        counts = [_counts(group, chance) for group in plan.groups]
        released = document(protect.draw(counts, plan, SPEC), plan, SPEC, released_on=RELEASED)
        for is_all, figure, truth in _compared(released["figures"], counts, plan):
            error = None if figure["estimate"] is None else figure["estimate"] - truth
            if figure["measure"] == "share":
                (share_of_all if is_all else share).append(error)
            elif is_all:
                rate.append(error)
    return Utility(
        tenants=tenants,
        groups=len(plan.groups),
        share_error=_rms(share or share_of_all),
        share_error_of_all=_rms(share_of_all),
        rate_error=_rms(rate) or 0.0,
        hidden=_hidden(share or share_of_all),
    )


def table() -> str:
    """The utility table of `docs/method.md`, in Markdown."""
    return "\n".join([*HEADER, *(_line(at(tenants)) for tenants in SIZES)])


HEADER = (
    "| tenants | groups | share, a group | share, all | response rate | shares hidden |",
    "|---:|---:|---:|---:|---:|---:|",
)


def _plan(tenants: int) -> Plan:
    options = (*((f"o{n}", f"Option {n}") for n in range(OPTIONS)), (NO_ANSWER, "None"))
    asked = [Asked(f"q{n}.1", f"Question {n}", False, options, 1) for n in range(QUESTIONS)]
    groups = SIZES[tenants]
    mailed = {f"Homes {n} (example)": tenants // groups for n in range(groups)}
    return Plan(MONTH, public_groups(mailed, SPEC), tuple(asked))


def _counts(group: Group, chance: random.Random) -> Counts:
    replies = round(group.mailed * REPLYING)
    if group.scope != Scope.FULL:
        return Counts(replies, [])
    return Counts(replies, [_cells(replies, chance) for _ in range(QUESTIONS)])


def _cells(replies: int, chance: random.Random) -> list[int]:
    weights = [chance.uniform(0.5, 2) for _ in range(OPTIONS)]
    answered = round(replies * (1 - SKIPPING))
    cells = [int(answered * weight / sum(weights)) for weight in weights]
    return [*cells, replies - sum(cells)]


def _compared(
    figures: list[dict[str, Any]], counts: list[Counts], plan: Plan
) -> Iterator[tuple[bool, dict[str, Any], float]]:
    """Each rate and share with its true value in per cent, and whether it is of all tenants."""
    first = figures[0]["group"]
    truth = {g.name: (g.mailed, c) for g, c in zip(plan.groups, counts, strict=True)}
    truth[first] = (sum(group.mailed for group in plan.groups), _together(counts))
    for figure in figures:
        mailed, count = truth[figure["group"]]
        if figure["measure"] == "response_rate":
            yield figure["group"] == first, figure, 100 * count.replies / mailed
        elif figure["measure"] == "share":
            question = int(figure["question"][1:])
            option = OPTIONS if figure["option"] == NO_ANSWER else int(figure["option"][1:])
            cell = count.answers[question][option]
            yield figure["group"] == first, figure, 100 * cell / count.replies


def _together(counts: list[Counts]) -> Counts:
    answers = [
        [sum(cells) for cells in zip(*question, strict=True)]
        for question in zip(*(count.answers for count in counts), strict=True)
    ]
    return Counts(sum(count.replies for count in counts), answers)


def _rms(errors: list[float | None]) -> float | None:
    shown = [error for error in errors if error is not None]
    return math.sqrt(sum(error**2 for error in shown) / len(shown)) if shown else None


def _hidden(errors: list[float | None]) -> float | None:
    return 100 * sum(error is None for error in errors) / len(errors) if errors else None


def _row(found: Utility, share: float, rate: float) -> Row:
    got = found.share_error if found.share_error is not None else math.inf
    months = REPEATS[found.tenants]
    return Row(
        name=f"figures: error at {found.tenants:,} tenants",
        value=f"share {got:.1f}, rate {found.rate_error:.1f} points",
        target=f"at most {share} and {rate}",
        met=_is_met(got, share, months) and _is_met(found.rate_error, rate, months),
        note=f"{months} months of {found.groups} public groups",
    )


def _is_met(error: float, target: float, months: int) -> bool:
    """Not above a target of one decimal, but for two standard errors of so many months' error."""
    return error * (1 - 2 / math.sqrt(2 * months)) < target + 0.05


def _line(found: Utility) -> str:
    cells = (
        f"{found.tenants:,}",
        str(found.groups),
        _points(found.share_error),
        _points(found.share_error_of_all),
        _points(found.rate_error),
        "–" if found.hidden is None else f"{found.hidden:.1f}%",
    )
    return f"| {' | '.join(cells)} |"


def _points(error: float | None) -> str:
    return "–" if error is None else f"{error:.2f}"


if __name__ == "__main__":
    print(table())
