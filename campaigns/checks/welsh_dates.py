"""Weekdays in Welsh that do not fit their date: “dydd Mawrth 11 Rhagfyr”, which is a Friday."""

import re
from collections.abc import Iterator
from datetime import date

from babel.dates import format_date, get_day_names, get_month_names

from campaigns.checks import visible
from campaigns.checks.dates import nearest
from campaigns.content.placeholders import Fault

CYMRAEG = "cy"
SOFTENED = {"M": "[MF]", "G": "G?", "T": "[TD]", "R": "Rh?", "D": "D?d"}
"""How a first letter may be written after “o” and “ar” (treiglad meddal)."""


def _softened(name: str) -> str:
    rest = name[2:] if name.startswith("Rh") else name[1:]
    return SOFTENED.get(name[0], name[0]) + rest


DAYS = [_softened(name) for _, name in sorted(get_day_names(locale=CYMRAEG).items())]
MONTHS = [_softened(name) for _, name in sorted(get_month_names(locale=CYMRAEG).items())]
DATE = re.compile(
    rf"\b(?P<weekday>{'|'.join(DAYS)}),?\s+(?:yr?\s+)?(?P<day>\d{{1,2}})(?:\w{{2,3}})?\s+(?:o\s+)?"
    rf"(?P<month>{'|'.join(MONTHS)})\b(?:\s+(?P<year>20\d\d))?",
    re.IGNORECASE,
)


def welsh_weekdays(text: str, sends: date) -> Iterator[Fault]:
    """Find Welsh dates that do not fall on the weekday they name, this year or the year before."""
    for line, written in visible.numbered(text):
        for found in DATE.finditer(written):
            month = _place(MONTHS, found["month"]) + 1
            year = int(found["year"]) if found["year"] else None
            day = nearest(int(found["day"]), month, year, sends)
            if day is None or _place(DAYS, found["weekday"]) not in _weekdays(day, year):
                meant = format_date(day, "full", locale=CYMRAEG) if day else "no day that there is"
                yield line, f"“{found[0]}”: it is {meant}"


def _weekdays(day: date, year: int | None) -> set[int]:
    """Those a date may fall on: without a year, the one before may be meant."""
    before = None if year else nearest(day.day, day.month, day.year - 1, day)
    return {each.weekday() for each in (day, before) if each}


def _place(names: list[str], written: str) -> int:
    return next(at for at, name in enumerate(names) if re.fullmatch(name, written, re.IGNORECASE))
