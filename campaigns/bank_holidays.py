"""England's bank holidays, for any year, without network access.

For the years that GOV.UK has announced (https://www.gov.uk/bank-holidays), its list, from the
package govuk-bank-holidays. For later years, the days under the Banking and Financial Dealings Act
1971, computed by the package holidays. Days proclaimed once, such as a coronation, become known by
updating the first package.
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


def names_on(day: date) -> str:
    """What the days off are called that fall on this day: “Boxing Day”; "" for none."""
    return str(holidays.country_holidays("GB", subdiv="ENG", years=day.year).get(day, ""))


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
