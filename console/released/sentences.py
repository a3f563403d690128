"""A month's figures in a few sentences. Pure."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from campaigns.releases import Document
from console.released.differences import Difference, compare, difference
from console.released.figures import (
    ALL,
    NOT_ASKED,
    YES,
    Figure,
    GroupFigures,
    YesOfGroup,
    groups,
    of_group,
    yes_by_group,
)
from kit.months import month_name

CHANGED, TOPICS, SUPPORT = "changed", "topics", "support"
NO_TOPIC = ("Prefer not to say", "No answer", NOT_ASKED, "No help, thank you")
NOTHING_BEFORE = "There is no month before it to compare with."


def of_newest(documents: Sequence[Document], group: str) -> dict[str, Any]:
    """The `month` and `sentences` of the first of these, newest first; empty if there is none."""
    if not documents or group not in groups(documents[0]):
        return {}
    said = of_document(documents[0], group, documents[1:2])
    return {"month": documents[0]["month"], "sentences": said}


def of_document(document: Document, group: str, before: Sequence[Document]) -> list[str]:
    """A group's month in sentences; `before` has the month before it, if there is one."""
    now = of_group(document, group)
    if not before:
        return of_month(now, None, "")
    earlier, name = before[0], month_name(before[0]["month"])
    said = of_month(now, of_group(earlier, group) if group in groups(earlier) else None, name)
    among = of_groups(yes_by_group(document), yes_by_group(earlier), name) if group == ALL else ""
    return [*said, among] if among else said


def of_month(now: GroupFigures, before: GroupFigures | None, before_name: str) -> list[str]:
    """Say how many replied, what changed and what help is wanted, and whether that is new."""
    against = NOTHING_BEFORE if before is None else _against(now, before, before_name)
    return [_replied(now), *_changed(now), against]


def of_groups(
    now: Mapping[str, YesOfGroup], before: Mapping[str, YesOfGroup], before_name: str
) -> str:
    """Say in which groups “Yes” moved by more than chance; empty if there is none to compare."""
    rows = [
        difference(name, before[name].share, found.share, (before[name].replies, found.replies))
        for name, found in now.items()
        if name in before
    ]
    if not rows:
        return ""
    moved = [row for row in rows if row.is_beyond_chance(among=len(rows))]
    if not moved:
        return "“Yes” did not move by more than chance in any group."
    listed = "; ".join(f"{row.label}: {row.points}" for row in moved)
    return f"“Yes” moved by more than chance since {before_name} in {listed}."


def _replied(now: GroupFigures) -> str:
    if now.rate.estimate is None:
        return "Too few tenants were mailed for any figure."
    return f"{value(now.rate)} of the tenants who were mailed replied."


def _changed(now: GroupFigures) -> Iterator[str]:
    if (yes := _share(now, CHANGED, YES)) is None:
        yield "So few were mailed that only the response rate was drawn."
        return
    often = _foremost(now, TOPICS, ", most often {}", "; no topic stands out")
    wanted = _foremost(now, SUPPORT, "; the help most asked for was {}", "; no help stands out")
    yield f"{value(yes)} of those who replied said that something had changed{often}{wanted}."


def _foremost(now: GroupFigures, key: str, found: str, none: str) -> str:
    """Name the most frequent answer, or the two that are too close to be told apart."""
    named = _named(now, key)
    if not named:
        return ""
    close = [figure for figure in named if not _is_behind(figure, named[0])]
    if named[0].note or len(close) > 2:
        return none
    told = " or ".join(f"“{figure.label}”, {value(figure)}" for figure in close)
    return found.format(f"{told}, too close to tell apart" if len(close) > 1 else told)


def _is_behind(figure: Figure, first: Figure) -> bool:
    gap = (first.estimate or 0) - (figure.estimate or 0)
    return gap > math.hypot(first.margin or 0, figure.margin or 0)


def _against(now: GroupFigures, before: GroupFigures, before_name: str) -> str:
    found = compare(before, now)
    rows = {(each.key, row.label): row for each in found for row in each.rows}
    yes = rows.get((CHANGED, YES))
    row = yes or found[0].rows[0]
    if row.change is None:
        return NOTHING_BEFORE
    is_moved = round(row.change, row.decimals) != 0
    how = f"{row.points} than" if is_moved else "the same as"
    what = "share of “Yes”" if yes else "response rate"
    more = _besides(rows) if yes else ""
    return f"The {what} is {how} in {before_name}. {row.words}{more}"


def _besides(rows: Mapping[tuple[str, str], Difference]) -> str:
    """Name the topics and kinds of help that moved by more than many do by chance."""
    named = [
        row
        for (key, label), row in rows.items()
        if key in (TOPICS, SUPPORT) and label not in NO_TOPIC and row.change is not None
    ]
    if not named:
        return ""
    moved = [row for row in named if row.is_beyond_chance(among=len(named))]
    if not moved:
        return " No topic and no kind of help moved by more than chance."
    return f" More than chance, too: {_listed(moved)}."


def _listed(moved: Sequence[Difference]) -> str:
    ordered = sorted(moved, key=lambda row: -abs(row.change or 0))
    return "; ".join(f"“{row.label}” is {row.points}" for row in ordered)


def value(figure: Figure) -> str:
    """Format a share with its margin: “20.6% (± 0.8)”."""
    low = ", hardly reliable" if figure.note == "[u]" else ""
    return f"{figure.percentage}% (±\u00a0{figure.spread}{low})"


def _share(group: GroupFigures, key: str, label: str) -> Figure | None:
    shares = (figure for each in group.questions if each.key == key for figure in each.shares)
    return next((f for f in shares if f.label == label and f.estimate is not None), None)


def _named(group: GroupFigures, key: str) -> list[Figure]:
    """Return the answers that are specific and not 0, the most frequent first."""
    found = [
        figure
        for question in group.questions
        if question.key == key
        for figure in question.shares
        if figure.estimate and figure.label not in NO_TOPIC
    ]
    return sorted(found, key=lambda figure: -(figure.estimate or 0))
