"""Released figures as lines of text."""

import re
from collections.abc import Iterator

from campaigns.releases import Document

POOLED = re.compile(r"_(\d+)_months$")
PEOPLE = ("mailed", "replies")


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
        yield f"    {_name(figure):<28}{_value(figure)}"
    yield (
        "\n[u] low reliability: the margin is more than half of the figure. [c] hidden for "
        "confidentiality: the group is too small. docs/method.md explains the noise."
    )


def _name(figure: dict[str, object]) -> str:
    """An answer's key, with its months where several are pooled; or the measure."""
    measure, option = str(figure["measure"]), figure["option"]
    if not option:
        return measure.replace("_", " ")
    pooled = POOLED.search(measure)
    return f"{option} ({pooled[1]} months)" if pooled else str(option)


def _value(figure: dict[str, object]) -> str:
    if figure["estimate"] is None:
        return f"{figure['note']:>8}"
    unit = "" if figure["measure"] in PEOPLE else "%"
    margin = "" if figure["margin"] is None else f"  ± {figure['margin']}{unit}"
    return f"{figure['estimate']:>8}{unit}{margin}  {figure['note']}".rstrip()
