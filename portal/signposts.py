"""Organisations that can help, chosen by the answers. Pure; nothing is stored.

The numbers and addresses were last checked on `CHECKED`, each on the organisation's own page.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from replies.form.schema import chosen

CHECKED = date(2026, 11, 28)
CHECKED_EVERY = timedelta(days=366)
BEST_FIT = 3

Answers = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Organisation:
    """Free help: `calls` are telephone numbers, each with the nation it serves, or empty."""

    name: str
    address: str
    about: str
    calls: tuple[tuple[str, str], ...] = ()
    checked: date = CHECKED


@dataclass(frozen=True, slots=True)
class OfficialPage:
    """An official page for reporting a change."""

    address: str
    words: str
    checked: date = CHECKED


@dataclass(frozen=True, slots=True)
class Signposts:
    """What the last page shows, in order. If `is_urgent`, crisis lines come first."""

    official: tuple[OfficialPage, ...]
    fitting: tuple[Organisation, ...]
    others: tuple[Organisation, ...]
    is_urgent: bool


CRISIS = (
    Organisation(
        "Samaritans",
        "https://www.samaritans.org/",
        "somebody to talk to, day or night",
        (("116 123", ""),),
    ),
    Organisation(
        "Domestic abuse helpline",
        "https://www.nationaldahelpline.org.uk/",
        "if somebody at home frightens or controls you",
        (("0808 2000 247", "England"), ("0808 80 10 800", "Wales")),
    ),
    Organisation(
        "NHS 111",
        "https://111.nhs.uk/",
        "urgent help with your health; press 2 for mental health",
        (("111", ""),),
    ),
)
MONEYHELPER = Organisation(
    "MoneyHelper",
    "https://www.moneyhelper.org.uk/",
    "money and benefits",
    (("0800 138 7777", ""),),
)
CITIZENS_ADVICE = Organisation(
    "Citizens Advice",
    "https://www.citizensadvice.org.uk/",
    "rent, benefits and your rights",
    (("0800 144 8848", "England"), ("0800 702 2020", "Wales")),
)
STEPCHANGE = Organisation(
    "StepChange",
    "https://www.stepchange.org/",
    "a plan for your debts",
    (("0800 138 1111", ""),),
)
NATIONAL_DEBTLINE = Organisation(
    "National Debtline",
    "https://nationaldebtline.org/",
    "debts and bills",
    (("0808 808 4000", ""),),
)
SHELTER = Organisation(
    "Shelter",
    "https://england.shelter.org.uk/",
    "if you may lose your home",
    (("0808 800 4444", "England"), ("08000 495 495", "Wales")),
)
TURN2US = Organisation(
    "Turn2us", "https://www.turn2us.org.uk/", "which benefits and grants you can get"
)
EVERYBODY = (MONEYHELPER, CITIZENS_ADVICE, STEPCHANGE, NATIONAL_DEBTLINE, SHELTER, TURN2US)

FITTING: Mapping[tuple[str, str], tuple[Organisation, ...]] = {
    ("rent", "letter"): (SHELTER, CITIZENS_ADVICE, NATIONAL_DEBTLINE),
    ("moving", "must-leave"): (SHELTER, CITIZENS_ADVICE),
    ("topics", "rent"): (NATIONAL_DEBTLINE, SHELTER, STEPCHANGE),
    ("topics", "moving"): (SHELTER, CITIZENS_ADVICE),
    ("support", "debts"): (STEPCHANGE, NATIONAL_DEBTLINE),
    ("support", "rent"): (SHELTER, CITIZENS_ADVICE),
    ("support", "benefits"): (CITIZENS_ADVICE, TURN2US),
    ("support", "bills"): (CITIZENS_ADVICE, TURN2US),
    ("topics", "benefits"): (CITIZENS_ADVICE, TURN2US, MONEYHELPER),
    ("topics", "work"): (MONEYHELPER, CITIZENS_ADVICE, TURN2US),
    ("topics", "hours"): (MONEYHELPER, CITIZENS_ADVICE, TURN2US),
    ("topics", "household"): (CITIZENS_ADVICE, MONEYHELPER, TURN2US),
    ("topics", "health"): (CITIZENS_ADVICE, TURN2US, MONEYHELPER),
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

UNIVERSAL_CREDIT = OfficialPage(
    "https://www.gov.uk/universal-credit/changes-of-circumstances",
    "Report a change to Universal Credit",
)
OTHER_BENEFITS = OfficialPage(
    "https://www.gov.uk/report-benefits-change-circumstances",
    "Report a change to any other benefit",
)
COUNCIL = OfficialPage(
    "https://www.gov.uk/find-local-council",
    "Find your council, for Housing Benefit and Council Tax",
)
OFFICIAL: Mapping[str, tuple[OfficialPage, ...]] = {
    "benefits": (UNIVERSAL_CREDIT, OTHER_BENEFITS, COUNCIL),
    "health": (UNIVERSAL_CREDIT, OTHER_BENEFITS),
}
USUAL = (UNIVERSAL_CREDIT, COUNCIL)


def overdue(today: date) -> list[str]:
    """Return the addresses that nobody has checked for over a year."""
    everything = (*CRISIS, *EVERYBODY, UNIVERSAL_CREDIT, OTHER_BENEFITS, COUNCIL)
    return [each.address for each in everything if today - each.checked > CHECKED_EVERY]


def every_text() -> Iterator[str]:
    """Return every English text shown; names of organisations are not translated."""
    for organisation in (*CRISIS, *EVERYBODY):
        yield organisation.about
        yield from (nation for _number, nation in organisation.calls if nation)
    yield CRISIS[1].name
    for page in (UNIVERSAL_CREDIT, OTHER_BENEFITS, COUNCIL):
        yield page.words


def signposts_for(answers: Answers) -> Signposts:
    """Return what fits these answers; without answers, everything in the usual order."""
    given = {(key, value) for key in answers for value in chosen(answers, key)}
    fitting = _best(given)
    return Signposts(
        official=_official(chosen(answers, "topics")),
        fitting=fitting,
        others=tuple(each for each in EVERYBODY if each not in fitting),
        is_urgent=not given or not URGENT.isdisjoint(given),
    )


def _best(given: set[tuple[str, str]]) -> tuple[Organisation, ...]:
    found = [each for answer, fits in FITTING.items() if answer in given for each in fits]
    return tuple(dict.fromkeys(found))[:BEST_FIT]


def _official(topics: list[str]) -> tuple[OfficialPage, ...]:
    pages = [page for topic in topics for page in OFFICIAL.get(topic, USUAL)]
    return tuple(dict.fromkeys(pages or USUAL))
