"""Warn of unusual send times, in sentences. All times are London's. Pure."""

from collections.abc import Iterator
from datetime import datetime

from campaigns import calendar
from campaigns.bank_holidays import is_bank_holiday
from kit.clock import LONDON
from kit.months import month_name

EARLIEST, LATEST = 8, 20
"""The hours in which a phone wakes nobody."""


def warnings(send_at: datetime, month: str) -> Iterator[str]:
    """What is odd about sending `month` ("2026-12") at this moment, one sentence each."""
    local = send_at.astimezone(LONDON)
    day = local.date()
    sent_in = calendar.london_month(send_at)
    if sent_in[:4] != month[:4]:
        yield f"That is in another year: the email of {month_name(month)} goes in {local:%B %Y}."
    elif sent_in != month:
        yield f"That is in another month: the email of {month_name(month)} goes in {local:%B}."
    if is_bank_holiday(day):
        yield f"{local:%A} {local.day} {local:%B} is a bank holiday; advice lines are closed."
    elif local.weekday() >= calendar.SATURDAY:
        yield f"{local.day} {local:%B} is a {local:%A}; at the weekend, advice lines are closed."
    if not EARLIEST <= local.hour < LATEST:
        yield f"{local:%H:%M} is at night for many readers; between 8:00 and 20:00 wakes nobody."
