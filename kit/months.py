"""A month: `2026-12` in files, addresses and the database; its name in text for people."""

import re
from datetime import date
from functools import lru_cache

from babel.dates import format_date, format_skeleton

from kit import languages

PATTERN = "20[0-9]{2}-(0[1-9]|1[0-2])"


def is_month(text: str) -> bool:
    """Whether a text is a month of this century, `2026-12`."""
    return re.fullmatch(PATTERN, text) is not None


def first_day(month: str) -> date:
    """Return the first day of a month written `2026-12`; raises ValueError if it is not one."""
    if not is_month(month):
        raise ValueError(f"“{month[:40]}” is not a month; write one as 2026-12")
    return date.fromisoformat(f"{month}-01")


@lru_cache(maxsize=64)
def month_name(month: str, language: str = "en") -> str:
    """ "December 2026" for "2026-12", and “Rhagfyr 2026” in Welsh; raises what `first_day` does."""
    return format_skeleton("yMMMM", first_day(month), locale=languages.ALL[language].locale)


def named(text: str) -> str:
    """A month's name for a sentence, or what was written where that is no month."""
    return month_name(text) if is_month(text) else text[:40]


def period(last_check_in: date | None, language: str = "en") -> str:
    """The time that a check-in asks about, in the email and on the page: “since our last check-in
    on 1 November”; without an earlier check-in, “in the last month”."""
    said = languages.ALL[language]
    if last_check_in is None:
        return said.first
    return said.since.format(day=format_date(last_check_in, "d MMMM", locale=said.locale))
