"""The year as staff see it: twelve months, their states, and what is missing."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import calendar
from campaigns.models import Campaign, CampaignState, Series
from campaigns.planning import series
from console.months import status_summary
from console.words import day_off, some
from kit.months import first_day

MONTHS_SHOWN = 12
MONTHS_BEFORE = 4


@dataclass(frozen=True, slots=True)
class YearMonth:
    """One month. `send_at` is the campaign's or, where there is none yet, the series' rule's."""

    month: str
    campaign: Campaign | None
    send_at: datetime | None
    sentence: str
    missing: list[str]
    moved: str = ""
    can_begin: bool = False

    @property
    def state(self) -> str | None:
        return self.campaign.state if self.campaign else None


def show(session: Session, *, first: str, now: datetime) -> list[YearMonth]:
    """Return twelve months from `first` ("2026-08")."""
    months = [shifted(first, step) for step in range(MONTHS_SHOWN)]
    found = session.scalars(select(Campaign).where(Campaign.month.in_(months)))
    campaigns = {campaign.month: campaign for campaign in found}
    rule = session.get(Series, series.DEFAULT)
    shown = [_month(session, month, campaigns.get(month), rule, now) for month in months]
    return _first_may_begin(shown)


def usual_first(now: datetime) -> str:
    """Return the first month to show: four past ones, this one, seven future ones."""
    return shifted(calendar.london_month(now), -MONTHS_BEFORE)


def next_up(months: list[YearMonth]) -> YearMonth | None:
    """Return the month that matters most: one being sent, or the next to be sent."""
    live = {CampaignState.SENDING, CampaignState.PAUSED, CampaignState.HANDING_OVER}
    waiting = {CampaignState.DRAFT, CampaignState.APPROVED}
    for wanted in (live, waiting):
        for each in months:
            if each.state in wanted:
                return each
    return None


def missed(months: list[YearMonth]) -> YearMonth | None:
    """Return the latest month that was not sent, unless a later one was."""
    ended = [each for each in months if each.state in {CampaignState.MISSED, CampaignState.SENT}]
    return ended[-1] if ended and ended[-1].state == CampaignState.MISSED else None


def shifted(month: str, by: int) -> str:
    """Return the month `by` months later: "2027-01" is "2026-12" shifted by 1."""
    first = first_day(month)
    years, index = divmod(first.month - 1 + by, 12)
    return f"{date(first.year + years, index + 1, 1):%Y-%m}"


def _month(
    session: Session, month: str, campaign: Campaign | None, rule: Series | None, now: datetime
) -> YearMonth:
    if campaign is not None:
        seen = status_summary.of(session, campaign, now=now)
        return YearMonth(month, campaign, campaign.send_at, seen.sentence, seen.missing)
    planned = _planned(rule, month)
    if month < calendar.london_month(now) or (planned is not None and planned <= now):
        return YearMonth(month, None, None, "No check-in went out.", [])
    moved = calendar.moved_from(rule.rule, month) if rule and planned else None
    return YearMonth(month, None, planned, _to_come(rule), [], day_off(moved) if moved else "")


def _first_may_begin(months: list[YearMonth]) -> list[YearMonth]:
    """Offer to begin the next month without a draft early; only one."""
    free = [each for each in months if each.campaign is None and each.send_at]
    return [replace(each, can_begin=each in free[:1]) for each in months]


def _planned(rule: Series | None, month: str) -> datetime | None:
    return series.send_moment(rule, month) if rule else None


def _to_come(rule: Series | None) -> str:
    if rule is None:
        return "No series was set up yet."
    return f"The draft opens by itself {some(rule.draft_days_ahead, 'day', 'days')} before."
