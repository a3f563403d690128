"""A month's figures in three sentences. Pure."""

from collections.abc import Iterator, Sequence

from console.released.differences import Comparison, Difference, compare
from console.released.figures import Figure, GroupFigures

CHANGED, YES, TOPICS, SUPPORT = "changed", "Yes", "topics", "support"
AMONG_MANY = 1.5
"""How many margins the change that is picked out of some twenty must have, so that one month in
twenty has such by chance (Bonferroni)."""
NO_TOPIC = ("Prefer not to say", "No answer", "No answer, or not asked", "No help, thank you")


def of_month(now: GroupFigures, before: GroupFigures | None, before_name: str) -> list[str]:
    """Say how many replied, what changed and what help is wanted, and whether that is new."""
    return [_replied(now), *_changed(now), _against(now, before, before_name)]


def _replied(now: GroupFigures) -> str:
    if now.rate.estimate is None:
        return "Too few tenants were mailed for any figure."
    return f"{value(now.rate)} of the tenants who were mailed replied."


def _changed(now: GroupFigures) -> Iterator[str]:
    if (yes := _share(now, CHANGED, YES)) is None:
        yield "So few were mailed that only the response rate was drawn."
        return
    topic, help_ = _most(now, TOPICS), _most(now, SUPPORT)
    often = f", most often “{topic.label}” ({value(topic)})" if topic else ""
    wanted = f"; the help most asked for was “{help_.label}” ({value(help_)})" if help_ else ""
    yield f"{value(yes)} of those who replied said that something had changed{often}{wanted}."


def _against(now: GroupFigures, before: GroupFigures | None, before_name: str) -> str:
    yes = None if before is None else _share(before, CHANGED, YES)
    if before is None or yes is None or _share(now, CHANGED, YES) is None:
        return "There is no month before it to compare with."
    found = compare(before, now)[1:]
    row = next(
        row for each in found if each.key == CHANGED for row in each.rows if row.label == YES
    )
    if row.change is None:
        return "There is no month before it to compare with."
    is_moved = round(row.change, row.decimals) != 0
    how = f"{_points(row)} than" if is_moved else "the same as"
    return f"That share is {how} in {before_name}. {row.words}{_besides(found)}"


def _besides(found: Sequence[Comparison]) -> str:
    """Name the topic or kind of help that moved most, if that is not one of many by chance."""
    rows = [
        (abs(row.change), row.label, row)
        for each in found
        if each.key in (TOPICS, SUPPORT)
        for row in each.rows
        if row.change is not None
        and abs(row.change) > AMONG_MANY * (row.sampling or 0)
        and row.label not in NO_TOPIC
    ]
    if not rows:
        return ""
    _, label, row = max(rows)
    return f" “{label}” is {_points(row)}, more than chance explains."


def _points(row: Difference) -> str:
    way = "higher" if (row.change or 0) >= 0 else "lower"
    return f"{abs(row.change or 0):.{row.decimals}f} points (±\u00a0{row.margin:g}) {way}"


def value(figure: Figure) -> str:
    """Format a share with its margin: “20.6% (± 0.8)”."""
    low = ", hardly reliable" if figure.note == "[u]" else ""
    return f"{figure.percentage}% (±\u00a0{figure.spread}{low})"


def _share(group: GroupFigures, key: str, label: str) -> Figure | None:
    shares = (figure for each in group.questions if each.key == key for figure in each.shares)
    return next((f for f in shares if f.label == label and f.estimate is not None), None)


def _most(group: GroupFigures, key: str) -> Figure | None:
    """Return the most frequent answer that is specific."""
    named = [
        (figure.estimate, number, figure)
        for question in group.questions
        if question.key == key
        for number, figure in enumerate(question.shares)
        if figure.estimate and figure.label not in NO_TOPIC
    ]
    return max(named)[2] if named else None
