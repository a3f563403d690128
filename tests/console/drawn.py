"""A quarter of released figures under version 2, drawn without noise so that they are known."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from campaigns import handover
from replies.form import questions
from replies.form.questions import Answers
from reports import cube, protect, tally
from reports.cube import Counts, Noisy, Plan
from reports.document import document
from reports.groups import Group, GroupScope, public_groups
from reports.histograms import histograms
from reports.spec import SPEC
from reports.units import Units

NORTH, SOUTH = "North Homes & Co (example)", "South Homes (example)"
OTHERS = "Other housing associations"
MAILED = {NORTH: 9_000, SOUTH: 5_000, "Tiny Homes (example)": 60}
MONTHS = ("2026-07", "2026-08", "2026-10")
ASKED = ("work", "hours", "support")
RELEASED = date(2026, 11, 4)

UNCHANGED: Answers = {"changed": "no"}
WORK: Answers = {"changed": "yes", "topics": ["work"], "work": "ended", "support": ["rent"]}
HOURS: Answers = {"changed": "yes", "topics": ["hours"], "hours": "fewer", "support": ["none"]}
REPLIES: Mapping[str, Mapping[str, Sequence[tuple[Answers, int]]]] = {
    "2026-07": {
        NORTH: [(UNCHANGED, 2_100), (WORK, 600), (HOURS, 300)],
        SOUTH: [(UNCHANGED, 1_400), (WORK, 400), (HOURS, 200)],
    },
    "2026-08": {
        NORTH: [(UNCHANGED, 2_100), (WORK, 600), (HOURS, 300)],
        SOUTH: [(UNCHANGED, 1_400), (WORK, 400), (HOURS, 200)],
    },
    "2026-10": {
        NORTH: [(UNCHANGED, 1_500), (WORK, 1_100), (HOURS, 400)],
        SOUTH: [(UNCHANGED, 1_390), (WORK, 405), (HOURS, 205)],
    },
}
"""In July and August 30 in 100 said that something had changed; in October half of the North's."""


def documents(divided_by: int = 1) -> list[dict[str, Any]]:
    """The published document of each month, pools included, oldest first.

    `divided_by` makes the replies so many times fewer.
    """
    found: list[dict[str, Any]] = []
    asked = tuple(tally.published_questions(questions.pin(ASKED)))
    for month in MONTHS:
        plan = Plan(month, public_groups(MAILED, SPEC), asked)
        noisy = [
            _noiseless(plan, group, _fewer(REPLIES[month].get(group.name, ()), divided_by))
            for group in plan.groups
        ]
        found.append(document(noisy, plan, SPEC, released_on=RELEASED, earlier=found))
    return found


def publish(session: Session, *, now: datetime, divided_by: int = 1) -> None:
    """Hand the three months over."""
    for shown in documents(divided_by):
        text = json.dumps(shown)
        handover.publish_release(
            session, shown["month"], digest=shown["month"], document=text, now=now
        )


def _fewer(replies: Sequence[tuple[Answers, int]], by: int) -> list[tuple[Answers, int]]:
    return [(answers, many // by) for answers, many in replies]


def _noiseless(plan: Plan, group: Group, replies: Sequence[tuple[Answers, int]]) -> Noisy:
    if group.scope == GroupScope.RATE:
        return Noisy(group.mailed, 20, ())
    counts, units = cube.empty(plan)[0], Units(plan)
    for answers, many in replies:
        _add(counts, units, answers, many)
    measured = histograms(plan, SPEC)
    return Noisy(
        group.mailed, None, tuple(tuple(protect._cells(counts, plan, h)) for h in measured)
    )


def _add(counts: Counts, units: Units, answers: Answers, many: int) -> None:
    for family, place, added in units.added_by(json.dumps(answers).encode()):
        counts.answers[family][place] += many * added
