"""A month's released figures as its page shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from campaigns.releases import Document

ALL = "All tenants"
HIDDEN, NOT_AVAILABLE, NOT_APPLICABLE = "[c]", "[x]", "[z]"
MEANINGS = {
    HIDDEN: "hidden for confidentiality: too few replies to show",
    NOT_AVAILABLE: "not available: too few tenants were mailed, or nothing was released",
    NOT_APPLICABLE: "not applicable: there is no figure that could have a margin",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One value in per cent or people, with its margin; or the shorthand for why there is none."""

    label: str
    estimate: float | None
    margin: float | None
    note: str


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """The shares of one question in one group."""

    key: str
    title: str
    several: bool
    shares: list[Figure]


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """What is known of one group."""

    name: str
    mailed: int | None
    replies: Figure
    rate: Figure
    questions: list[QuestionFigures]


def groups(document: Document) -> list[str]:
    """The groups' names, everybody first."""
    return [group["group"] for group in document["groups"]]


def of_group(document: Document, name: str) -> GroupFigures:
    """The figures of one group, the questions in the order asked."""
    found = _by_place(document, name)
    mailed = next(group["mailed"] for group in document["groups"] if group["group"] == name)
    questions = [_question(asked, found) for asked in document["questions"]]
    return GroupFigures(
        name=name,
        mailed=mailed,
        replies=_figure("Replies", found.get(("replies", "", ""))),
        rate=_figure(name, found.get(("response_rate", "", ""))),
        questions=[question for question in questions if question.shares],
    )


def rates(document: Document) -> list[Figure]:
    """The response rate of each group."""
    return [
        _figure(figure["group"], figure)
        for figure in document["figures"]
        if figure["measure"] == "response_rate"
    ]


def _by_place(document: Document, group: str) -> dict[tuple[str, str, str], Mapping[str, Any]]:
    return {
        (figure["measure"], figure["question"], figure["option"]): figure
        for figure in document["figures"]
        if figure["group"] == group
    }


def _question(
    asked: Mapping[str, Any], found: Mapping[tuple[str, str, str], Mapping[str, Any]]
) -> QuestionFigures:
    key = asked["question"].rpartition(".")[0]
    shares = [
        _figure(option["label"], found["share", key, option["option"]])
        for option in asked["options"]
        if ("share", key, option["option"]) in found
    ]
    return QuestionFigures(key, asked["title"], asked["several"], shares)


def _figure(label: str, found: Mapping[str, Any] | None) -> Figure:
    if found is None:
        return Figure(label, None, None, NOT_AVAILABLE)
    return Figure(label, found["estimate"], found["margin"], found["note"])
