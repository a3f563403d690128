"""Released figures as lines of text."""

from collections.abc import Iterator

from campaigns.releases import Document

UNITS = {"response_rate": "%", "share": "%"}


def page(document: Document) -> str:
    """A month's figures, group by group, each with its margin."""
    return "\n".join(_lines(document))


def _lines(document: Document) -> Iterator[str]:
    yield f"{document['month']}, released {document['released_on']}; 95% margins of error."
    group, question = "", ""
    for figure in document["figures"]:
        if figure["group"] != group:
            group, question = figure["group"], ""
            yield f"\n{group}"
        if figure["question"] != question:
            question = figure["question"]
            yield f"  {question}"
        name = figure["option"] or figure["measure"].replace("_", " ")
        yield f"    {name:<20}{_value(figure)}"
    yield "\n[c] hidden for confidentiality, [x] not available. docs/method.md explains the noise."


def _value(figure: dict[str, object]) -> str:
    if figure["note"]:
        return f"{figure['note']:>8}"
    unit = UNITS.get(str(figure["measure"]), "")
    margin = "" if figure["margin"] is None else f"  ± {figure['margin']}{unit}"
    return f"{figure['estimate']:>8}{unit}{margin}"
