"""One chart of a month, by its name in the URL: a question's key, or `response_rate`. Pure."""

from collections.abc import Iterator

from campaigns import releases
from campaigns.releases import Document
from console.released.figures import QuestionFigures, of_group, rates
from console.words import lower_first
from kit.months import month_name

RATE = "response_rate"


def find(document: Document, question: str, group: str) -> QuestionFigures | None:
    """Return a chart's content; None if the group has no such chart."""
    if question == RATE:
        return QuestionFigures(RATE, "Response rate by group", False, "", rates(document), {})
    asked = of_group(document, group).questions
    return next((each for each in asked if each.key == question), None)


def base(question: QuestionFigures, group: str) -> str:
    """Say what a chart's values are shares of, and of whose replies."""
    if question.key == RATE:
        return "Replies in per cent of the tenants who were mailed"
    if question.topic:
        return f"Shares of the replies that chose this topic, {lower_first(group)}"
    return f"Shares of replies, {lower_first(group)}"


def period(document: Document, suffix: str) -> str:
    """Name the months whose replies a chart shows; `suffix` is that of a pool, or empty."""
    pools = {pool["suffix"]: pool["months"] for pool in document.get("pools", ())}
    months = pools.get(suffix, [document["month"]])
    first, last = month_name(months[0]), month_name(months[-1])
    return last if len(months) == 1 else f"{first} to {last}, {len(months)} months together"


def title(document: Document, question: str, group: str) -> str:
    """Return a chart's title with its month and group, as its description names it."""
    found = find(document, question, group)
    whose = "" if question == RATE else f", {group}"
    return f"{found.title if found else question} {month_name(document['month'])}{whose}"


def rows(document: Document, question: str, group: str) -> Iterator[dict[str, object]]:
    """The tidy rows of a chart: of every group for the response rate, of one for a question."""
    for row in releases.rows(document):
        if question == RATE:
            is_in = str(row["measure"]).startswith(RATE)
        else:
            is_in = (row["question"], row["group"]) == (question, group)
        if is_in:
            yield row
