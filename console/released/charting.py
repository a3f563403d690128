"""One chart of a month, by its name in the URL: a question's key, or `response_rate`. Pure."""

from collections.abc import Iterator

from campaigns import releases
from campaigns.releases import Document
from console.released.figures import QuestionFigures, of_group, rates

RATE = "response_rate"


def find(document: Document, question: str, group: str) -> QuestionFigures | None:
    """Return a chart's content; None if the group has no such chart."""
    if question == RATE:
        return QuestionFigures(RATE, "Response rate by group", False, "", rates(document), {})
    asked = of_group(document, group).questions
    return next((each for each in asked if each.key == question), None)


def rows(document: Document, question: str, group: str) -> Iterator[dict[str, object]]:
    """The tidy rows of a chart: of every group for the response rate, of one for a question."""
    for row in releases.rows(document):
        if question == RATE:
            is_in = str(row["measure"]).startswith(RATE)
        else:
            is_in = (row["question"], row["group"]) == (question, group)
        if is_in:
            yield row
