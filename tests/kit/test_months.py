"""How a month is written, and how it is read."""

from datetime import date

import pytest

from kit.months import first_day, is_month, month_name, period


def test_a_month_has_a_first_day_and_a_name_in_each_language() -> None:
    assert date(2026, 12, 1) == first_day("2026-12")
    assert ["December 2026", "Rhagfyr 2026"] == [
        month_name("2026-12", language) for language in ("en", "cy")
    ]


@pytest.mark.parametrize(
    "text", ["", "2026-13", "2026-00", "1999-12", "2026-1", "2026-12\n", "2026-١٢"]
)
def test_what_is_no_month_is_told(text: str) -> None:
    assert not is_month(text)
    with pytest.raises(ValueError, match="is not a month; write one as 2026-12"):
        first_day(text)


def test_the_time_asked_about_is_named_by_its_day() -> None:
    assert ["since our last check-in on 1 November", "ers ein check-in diwethaf ar 1 Tachwedd"] == [
        period(date(2026, 11, 1), language) for language in ("en", "cy")
    ]
    assert ["in the last month", "yn ystod y mis diwethaf"] == [
        period(None, language) for language in ("en", "cy")
    ]
