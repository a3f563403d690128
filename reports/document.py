"""The published document of a month, made of noisy values only. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from reports.cube import Asked, Noisy, Plan
from reports.estimate import Ratio
from reports.figures import Figure, Place
from reports.groups import Group, GroupScope
from reports.histograms import histograms
from reports.measured import Measured
from reports.pools import Pool, pools
from reports.protect import drawn_groups
from reports.spec import Spec, json_digest

Document = Mapping[str, Any]


def plan_hash(plan: Plan, spec: Spec) -> str:
    """Return the hash of the parameters and the month's questions, stored with the charge."""
    questions = [question.as_json() for question in plan.questions]
    return json_digest({"month": plan.month, "spec": spec.as_json(), "questions": questions})


def document(
    noisy: Sequence[Noisy],
    plan: Plan,
    spec: Spec,
    *,
    released_on: date,
    early: bool = False,
    earlier: Sequence[Document] = (),
) -> dict[str, Any]:
    """Return everything that is published of a month, as JSON values.

    `noisy` is what `protect.draw` gave for the plan, `earlier` the published documents of other
    months, from which pooled figures are made. Which figures there are depends on the groups and
    questions alone; only their values and marks come from the noisy counts.
    """
    month = Measured(noisy, plan, spec)
    pooled = pools(month, earlier)
    return {
        "month": plan.month,
        "released_on": released_on.isoformat(),
        "early": early,
        "spec": spec.as_json() | {"hash": plan_hash(plan, spec)},
        "questions": [question.as_json() for question in plan.questions],
        "groups": [{"group": name, "scope": month.scope(name).value} for name in month.names],
        "figures": list(_figures(month, pooled)),
        "pools": [{"suffix": pool.suffix, "months": pool.months} for pool in pooled],
        "measurements": _measurements(noisy, plan, spec),
    }


def _figures(month: Measured, pooled: Sequence[Pool]) -> Iterator[Figure]:
    for name in month.names:
        if month.scope(name) == GroupScope.NOTHING:
            yield from (
                Place(name, each).closed() for each in ("mailed", "replies", "response_rate")
            )
            continue
        rate = month.rate(name)
        yield Place(name, "mailed").number(rate.whole, rate.whole_variance, month.spec)
        yield Place(name, "replies").number(rate.part, rate.part_variance, month.spec)
        yield Place(name, "response_rate").percentage(rate, month.spec)
        yield from _shares(month, name, "", month.shares(name))
        for pool in pooled:
            if (pooled_rate := pool.rate(name)) is not None:
                place = Place(name, f"response_rate{pool.suffix}")
                yield place.percentage(pooled_rate, month.spec)
            yield from _shares(month, name, pool.suffix, pool.shares(name))


def _shares(
    month: Measured, name: str, suffix: str, shares: Mapping[tuple[str, str], Ratio]
) -> Iterator[Figure]:
    for asked in month.plan.questions:
        for option, _ in asked.options:
            if (ratio := shares.get((asked.name, option))) is not None:
                place = Place(name, measure_name(asked) + suffix, asked.key, option)
                yield place.percentage(ratio, month.spec)


def measure_name(asked: Asked) -> str:
    """Return the measure of a question's shares: of all replies, or of those that were asked it."""
    return "share_of_asked" if asked.topic else "share"


def _measurements(noisy: Sequence[Noisy], plan: Plan, spec: Spec) -> dict[str, Any]:
    """Return the noisy values with their scales, from which all figures can be computed."""
    return {
        "mechanism": "discrete Laplace",
        "histograms": [each.as_json() for each in histograms(plan, spec)],
        "groups": [
            {"group": group.name} | scales(group, spec) | values.as_json()
            for group, values in zip(drawn_groups(plan), noisy, strict=True)
        ],
    }


def scales(group: Group, spec: Spec) -> dict[str, float | None]:
    """Return the noise scales of a group's number of mailed tenants and number of replies."""
    if group.scope == GroupScope.RATE:
        mailed, replies = spec.rate_mailed_epsilon, spec.rate_replies_epsilon
        return {"mailed_scale": 1 / mailed, "replies_scale": 1 / replies}
    return {"mailed_scale": 1 / spec.mailed_epsilon, "replies_scale": None}
