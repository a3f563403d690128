"""England's bank holidays, for any year; nothing is ever fetched.

As far as GOV.UK has announced them (https://www.gov.uk/bank-holidays), its list, as the package
govuk-bank-holidays carries it. From there on the days that fall due under the Banking and Financial
Dealings Act 1971, as the package holidays reckons them: a day that is proclaimed once, like a
coronation, is then known as soon as the first package is.
"""

from datetime import date
from functools import cache

import holidays
from govuk_bank_holidays.bank_holidays import BankHolidays


def is_bank_holiday(day: date) -> bool:
    """Whether England has this day off, besides weekends."""
    if day.year <= last_announced_year():
        return day in _announced()
    return day in _due_by_law(day.year)


def last_announced_year() -> int:
    """The last year of GOV.UK's list."""
    return max(_announced()).year


@cache
def _announced() -> frozenset[date]:
    listed = BankHolidays(use_cached_holidays=True)
    return frozenset(each["date"] for each in listed.get_holidays(BankHolidays.ENGLAND_AND_WALES))


@cache
def _due_by_law(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))
