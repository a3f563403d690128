"""A month's released figures as its page shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from campaigns.releases import Document
from kit import margins

ALL, YES = "All tenants", "Yes"
NOT_ASKED = "No answer, or not asked"
HIDDEN, NOT_AVAILABLE, NOT_APPLICABLE = "[c]", "[x]", "[z]"
UNRELIABLE = "[u]"
MEANINGS = {
    UNRELIABLE: "low reliability: the margin is more than half of the figure",
    HIDDEN: "hidden for confidentiality: the group is too small",
    NOT_AVAILABLE: "not available: no figures were released",
    NOT_APPLICABLE: "not applicable: there is no figure that could have a margin",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One value in per cent or people, with its margin; or the mark for why there is none.

    An unreliable value has a note, too.
    """

    label: str
    estimate: float | None
    margin: float | None
    note: str

    @property
    def percentage(self) -> str:
        """The estimate, with as many decimals as its margin has; the mark if there is none."""
        if self.estimate is None:
            return self.note
        return f"{self.estimate:.{margins.decimals(self.margin or 0)}f}"

    @property
    def spread(self) -> str:
        """The margin, with as many decimals; empty if there is none."""
        return "" if self.margin is None else f"{self.margin:.{margins.decimals(self.margin)}f}"


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """The shares of one question in one group; `topic` is the answer after which it was asked.

    `pooled` has a list like `shares` for each pool of months, by its suffix.
    """

    key: str
    title: str
    several: bool
    topic: str
    shares: list[Figure]
    pooled: dict[str, list[Figure]]

    @property
    def is_readable(self) -> bool:
        """Whether the month, or some months together, have a reliable share."""
        return not all(_is_vague(shares) for shares in (self.shares, *self.pooled.values()))

    @property
    def clearest(self) -> tuple[str, list[Figure]]:
        """The suffix and shares of the shortest period that has a reliable share."""
        found = ("", self.shares), *self.pooled.items()
        return next((each for each in found if not _is_vague(each[1])), found[0])

    @property
    def charted(self) -> list[Figure]:
        """The clearest shares without those who were not asked, who would dwarf the others."""
        return [figure for figure in self.clearest[1] if figure.label != NOT_ASKED]

    @property
    def clearer(self) -> list[tuple[str, list[Figure]]]:
        """The shares that only a longer period makes reliable, by its suffix."""
        suffix, shares = self.clearest
        periods = list(self.pooled)
        longer = periods[periods.index(suffix) + 1 :] if suffix else periods
        vague = [place for place, figure in enumerate(shares) if figure.note == UNRELIABLE]
        found: list[tuple[str, list[Figure]]] = []
        for each in longer:
            told = [place for place in vague if not self.pooled[each][place].note]
            vague = [place for place in vague if place not in told]
            found.append((each, [self.pooled[each][place] for place in told]))
        return [(each, figures) for each, figures in found if figures]


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """The figures of one group."""

    name: str
    mailed: Figure
    replies: Figure
    rate: Figure
    questions: list[QuestionFigures]


@dataclass(frozen=True, slots=True)
class YesOfGroup:
    """One group's share of “Yes” to whether anything changed, and its number of replies."""

    share: Figure
    replies: float


def _is_vague(shares: Sequence[Figure]) -> bool:
    return all(figure.note for figure in shares)


def groups(document: Document) -> list[str]:
    """Return the groups' names, all tenants first."""
    return [group["group"] for group in document["groups"]]


def of_group(document: Document, name: str) -> GroupFigures:
    """Return the figures of one group, the questions in the order asked."""
    found = _by_place(document, name)
    suffixes = [pool["suffix"] for pool in document.get("pools", ())]
    questions = [_question(asked, found, suffixes) for asked in document["questions"]]
    return GroupFigures(
        name=name,
        mailed=_figure("Mailed", found.get(("mailed", "", ""))),
        replies=_figure("Replies", found.get(("replies", "", ""))),
        rate=_figure(name, found.get(("response_rate", "", ""))),
        questions=[question for question in questions if question.shares],
    )


def rates(document: Document) -> list[Figure]:
    """Return the response rate of each group."""
    return [
        _figure(figure["group"], figure)
        for figure in document["figures"]
        if figure["measure"] == "response_rate"
    ]


def yes_by_group(document: Document) -> dict[str, YesOfGroup]:
    """Return each single group's share of “Yes”, by its name, where it was drawn."""
    wanted = {("replies", "", ""), ("share", "changed", "yes")}
    found = {
        (figure["group"], figure["measure"]): figure
        for figure in document["figures"]
        if (figure["measure"], figure["question"], figure["option"]) in wanted
    }
    return {
        name: YesOfGroup(_figure(YES, share), found[name, "replies"]["estimate"] or 0)
        for (name, measure), share in found.items()
        if measure == "share" and name != ALL
    }


def _by_place(document: Document, group: str) -> dict[tuple[str, str, str], Mapping[str, Any]]:
    return {
        (figure["measure"], figure["question"], figure["option"]): figure
        for figure in document["figures"]
        if figure["group"] == group
    }


def _question(
    asked: Mapping[str, Any],
    found: Mapping[tuple[str, str, str], Mapping[str, Any]],
    suffixes: Sequence[str],
) -> QuestionFigures:
    key, topic = asked["question"].rpartition(".")[0], asked.get("topic", "")
    measure = "share_of_asked" if topic else "share"
    shown = asked["options"]
    places = {
        suffix: [(option["label"], (measure + suffix, key, option["option"])) for option in shown]
        for suffix in ("", *suffixes)
    }
    shares = {
        suffix: [_figure(label, found.get(place)) for label, place in options]
        for suffix, options in places.items()
        if any(place in found for _, place in options)
    }
    return QuestionFigures(
        key=key,
        title=asked["title"],
        several=asked["several"],
        topic=topic,
        shares=shares.pop("", []),
        pooled=shares,
    )


def _figure(label: str, found: Mapping[str, Any] | None) -> Figure:
    if found is None:
        return Figure(label, None, None, NOT_AVAILABLE)
    return Figure(label, found["estimate"], found["margin"], found["note"])
