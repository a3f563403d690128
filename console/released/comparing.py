"""The choice of two months or groups to compare. Pure."""

from collections.abc import Mapping, Sequence

from campaigns.releases import Document
from console.released.figures import ALL, GroupFigures, groups, of_group

Side = tuple[str, str]
"""A month and a group."""


def sides(given: Mapping[str, str], months: Sequence[str], names: Sequence[str]) -> list[Side]:
    """Return what is compared: `month` and `group` with `with_month` and `with_group`.

    Without a choice, the newest month of all tenants and the one before it. `months` are newest
    first.
    """
    if not months:
        return []
    month, group = given.get("month", months[0]), given.get("group", names[0])
    other_month = given.get("with_month", months[1] if len(months) > 1 else month)
    return [(other_month, given.get("with_group", group)), (month, group)]


def problem(chosen: Sequence[Side], documents: Mapping[str, Document]) -> str:
    """Return why the two cannot be compared, in a sentence; empty if they can."""
    if len(documents) == 0:
        return "There are no figures yet."
    (month, group), (other_month, other) = chosen
    if (month, group) == (other_month, other):
        return "Choose two different months, or two different groups."
    if month == other_month and ALL in (group, other):
        return (
            "All tenants include every group of the same month, so that the difference has no "
            "margin of its own. Choose two groups."
        )
    missing = [(m, g) for m, g in chosen if g not in groups(documents[m])]
    return "One of the groups has no figures of its own in its month." if missing else ""


def both(
    chosen: Sequence[Side], documents: Mapping[str, Document]
) -> tuple[GroupFigures, GroupFigures]:
    """Return the figures of both sides."""
    (month, group), (other_month, other) = chosen
    return of_group(documents[month], group), of_group(documents[other_month], other)
