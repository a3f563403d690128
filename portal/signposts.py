"""Which organisations and official pages fit the answers. Pure; nothing is stored.

A name here is a key of each language's `organisations.toml`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from replies.form.schema import chosen

BEST_FIT = 3

Answers = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Signposts:
    """What the last page shows, in order. If `is_urgent`, crisis lines come first."""

    official: tuple[str, ...]
    fitting: tuple[str, ...]
    is_urgent: bool


FITTING: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("rent", "letter"): ("shelter", "citizens-advice", "national-debtline"),
    ("moving", "must-leave"): ("shelter", "citizens-advice"),
    ("topics", "rent"): ("national-debtline", "shelter", "stepchange"),
    ("topics", "moving"): ("shelter", "citizens-advice"),
    ("support", "debts"): ("stepchange", "national-debtline"),
    ("support", "rent"): ("shelter", "citizens-advice"),
    ("support", "benefits"): ("citizens-advice", "turn2us"),
    ("support", "bills"): ("citizens-advice", "turn2us"),
    ("topics", "benefits"): ("citizens-advice", "turn2us", "moneyhelper"),
    ("topics", "work"): ("moneyhelper", "citizens-advice", "turn2us"),
    ("topics", "hours"): ("moneyhelper", "citizens-advice", "turn2us"),
    ("topics", "household"): ("citizens-advice", "moneyhelper", "turn2us"),
    ("topics", "health"): ("citizens-advice", "turn2us", "moneyhelper"),
}
"""Organisations by question and answer, the most urgent first."""

URGENT = frozenset(
    {
        *(("household", answer) for answer in ("separated", "died")),
        *(("health", answer) for answer in ("new", "worse")),
        *(("rent", answer) for answer in ("letter", "behind")),
        ("moving", "must-leave"),
        ("support", "health"),
    }
)

OFFICIAL: Mapping[str, tuple[str, ...]] = {
    "benefits": ("universal-credit", "other-benefits", "council"),
    "health": ("universal-credit", "other-benefits"),
}
USUAL = ("universal-credit", "council")


def signposts_for(answers: Answers) -> Signposts:
    """Return what fits these answers; without any, the usual pages and crisis lines first."""
    given = {(key, value) for key in answers for value in chosen(answers, key)}
    return Signposts(
        official=_official(chosen(answers, "topics")),
        fitting=_best(given),
        is_urgent=not given or not URGENT.isdisjoint(given),
    )


def _best(given: set[tuple[str, str]]) -> tuple[str, ...]:
    found = [each for answer, fits in FITTING.items() if answer in given for each in fits]
    return tuple(dict.fromkeys(found))[:BEST_FIT]


def _official(topics: list[str]) -> tuple[str, ...]:
    pages = [page for topic in topics for page in OFFICIAL.get(topic, USUAL)]
    return tuple(dict.fromkeys(pages or USUAL))
