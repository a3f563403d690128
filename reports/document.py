"""The published document of a month: what analysts get, made of noisy values only. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reports import estimate
from reports.cube import Asked, Noisy, Plan, asked_of
from reports.estimate import Estimate, Measured
from reports.groups import ALL, Group, Scope
from reports.protect import drawn_groups
from reports.spec import Spec, digest

HIDDEN = "[c]"
NOT_AVAILABLE = "[x]"

Figure = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a figure belongs."""

    group: str
    measure: str
    question: str = ""
    option: str = ""

    def figure(self, value: float | None, margin: float | None, note: str = "") -> Figure:
        return {
            "group": self.group,
            "measure": self.measure,
            "question": self.question,
            "option": self.option,
            "estimate": value,
            "margin": margin,
            "note": note,
        }


def plan_hash(plan: Plan, spec: Spec) -> str:
    """The hash that a month is charged under: the parameters and the month's questions."""
    questions = [question.as_json() for question in plan.questions]
    return digest({"month": plan.month, "spec": spec.as_json(), "questions": questions})


def document(
    noisy: Sequence[Noisy], plan: Plan, spec: Spec, *, released_on: date
) -> dict[str, Any]:
    """Everything that is published of a month, JSON-ready.

    Which figures there are depends on the groups and questions alone; only their values, and
    whether one is hidden, come from the noisy counts.
    """
    return {
        "month": plan.month,
        "released_on": released_on.isoformat(),
        "spec": spec.as_json() | {"hash": plan_hash(plan, spec)},
        "questions": [question.as_json() for question in plan.questions],
        "groups": [_shown(group) for group in _everybody_first(plan)],
        "figures": list(_figures(noisy, plan, spec)),
    }


def _everybody_first(plan: Plan) -> list[Group]:
    """All tenants together, then each group, unless there is only one."""
    if len(plan.groups) == 1:
        return list(plan.groups)
    drawn = drawn_groups(plan)
    scope = Scope.FULL if any(group.scope == Scope.FULL for group in drawn) else Scope.RATE
    members = frozenset[str]().union(*(group.members for group in drawn))
    everybody = Group(ALL, members, sum(group.mailed for group in drawn), scope)
    return [everybody, *plan.groups]


def _shown(group: Group) -> dict[str, Any]:
    mailed = None if group.scope == Scope.NOTHING else group.mailed
    return {"group": group.name, "mailed": mailed, "scope": group.scope.value}


def _figures(noisy: Sequence[Noisy], plan: Plan, spec: Spec) -> Iterator[Figure]:
    groups = drawn_groups(plan)
    found = dict(
        zip(
            (group.name for group in groups),
            (estimate.measured(each, plan, spec) for each in noisy),
            strict=True,
        )
    )
    if len(plan.groups) > 1:
        yield from _of_all(found, groups, plan, spec)
    for group in plan.groups:
        yield from _of_group(group, found.get(group.name), plan, spec)


def _of_all(
    found: dict[str, Measured], groups: Sequence[Group], plan: Plan, spec: Spec
) -> Iterator[Figure]:
    """The rate is everybody's; the shares are of those groups whose answers were drawn."""
    replied = [estimate.replies(found[group.name], at_most=group.mailed) for group in groups]
    mailed = sum(group.mailed for group in groups)
    total = Estimate(sum(e.value for e in replied), sum(e.variance for e in replied))
    yield from _response(ALL, total, mailed, spec)
    full = [group for group in groups if group.scope == Scope.FULL]
    added = estimate.together([found[group.name] for group in full])
    within = sum(group.mailed for group in full)
    yield from _shares(ALL, added, estimate.replies(added, at_most=within), plan.questions, spec)


def _of_group(group: Group, found: Measured | None, plan: Plan, spec: Spec) -> Iterator[Figure]:
    if found is None:
        for measure in ("mailed", "replies", "response_rate"):
            yield _Place(group.name, measure).figure(None, None, NOT_AVAILABLE)
        return
    total = estimate.replies(found, at_most=group.mailed)
    yield from _response(group.name, total, group.mailed, spec)
    yield from _shares(group.name, found, total, asked_of(group, plan), spec)


def _response(group: str, total: Estimate, mailed: int, spec: Spec) -> Iterator[Figure]:
    yield _Place(group, "mailed").figure(mailed, None)
    count = estimate.rounded(total.value, spec)
    replies, rate = _Place(group, "replies"), _Place(group, "response_rate")
    if count is None:
        yield replies.figure(None, None, HIDDEN)
        yield rate.figure(None, None, HIDDEN)
        return
    margin = estimate.margin(total.variance, spec)
    yield replies.figure(count, round(margin, 1))
    yield rate.figure(_percent(min(count / mailed, 1.0)), _percent(min(margin / mailed, 1.0)))


def _shares(
    group: str, found: Measured, total: Estimate, questions: Sequence[Asked], spec: Spec
) -> Iterator[Figure]:
    whole = estimate.rounded(total.value, spec)
    for number, question in enumerate(questions):
        cells = estimate.options(found, number, total.value)
        for option, cell in zip(estimate.names(question), cells, strict=True):
            place = _Place(group, "share", question.key, option)
            count = estimate.rounded(cell.value, spec)
            if whole is None or count is None:
                yield place.figure(None, None, HIDDEN)
            else:
                margin = estimate.share_margin(cell, total, spec)
                yield place.figure(_percent(min(count / whole, 1.0)), _percent(margin))


def _percent(fraction: float) -> float:
    return round(100 * fraction, 1)
