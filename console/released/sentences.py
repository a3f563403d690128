"""A month's figures in three sentences. Pure."""

from collections.abc import Iterator

from console.released.differences import compare
from console.released.figures import Figure, GroupFigures

CHANGED, YES, TOPICS, SUPPORT = "changed", "Yes", "topics", "support"
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
    parts = [f"{value(yes)} of those who replied said that something had changed"]
    if topic := _most(now, TOPICS):
        parts.append(f"most often “{topic.label}” ({value(topic)})")
    if help_ := _most(now, SUPPORT):
        parts.append(f"the help most asked for was “{help_.label}” ({value(help_)})")
    yield "; ".join(parts) + "."


def _against(now: GroupFigures, before: GroupFigures | None, before_name: str) -> str:
    yes = None if before is None else _share(before, CHANGED, YES)
    if before is None or yes is None or _share(now, CHANGED, YES) is None:
        return "There is no month before it to compare with."
    found = {row.label: row for each in compare(before, now)[1:2] for row in each.rows}
    row = found[YES]
    if row.change is None:
        return "There is no month before it to compare with."
    way = "more" if row.change >= 0 else "fewer"
    points = (
        f"{abs(row.change):.{row.decimals}f} points {way} than in {before_name} (± {row.margin:g})"
    )
    return f"That something had changed was said by {points}. {row.words}"


def value(figure: Figure) -> str:
    """Format a share with its margin: “20.6% (± 0.8)”."""
    low = ", hardly reliable" if figure.note == "[u]" else ""
    return f"{figure.estimate:g}% (± {figure.margin:g}{low})"


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
