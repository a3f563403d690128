"""The recurrence of campaigns: a month's draft is opened ahead of time, once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaigns import audit, calendar, staff
from campaigns.content.fields import Content
from campaigns.content.front_matter import LONGEST_WINDOW
from campaigns.models import Campaign, CutReason, Draft, Role, Series
from campaigns.writing import samples
from kit.bulk import add_new
from kit.errors import BadInput, Problem
from kit.log import get_logger

log: structlog.stdlib.BoundLogger = get_logger(__name__)

DEFAULT = "monthly-check-in"
RULE = "first-working-day"
SEND_TIME = "10:00"
WINDOW = timedelta(hours=48)
DRAFT_DAYS_AHEAD = 14
ENGINE = "check-in"
USUAL = {
    "name": DEFAULT,
    "rule": RULE,
    "send_time": SEND_TIME,
    "draft_days_ahead": DRAFT_DAYS_AHEAD,
    "window_seconds": int(WINDOW.total_seconds()),
}
MONTHS_LOOKED_AHEAD = 3
MONTHS_SHOWN = 12
LONGEST_AHEAD = 42


def ensure_default(session: Session) -> Series:
    """Return the monthly check-in's series, created if missing; concurrent ticks create one."""
    series = session.get(Series, DEFAULT)
    if series is None:
        add_new(session, Series, [USUAL])
        series = session.get_one(Series, DEFAULT)
    return series


def usual() -> Series:
    """The monthly check-in's series as it starts out; not stored yet."""
    return Series(**USUAL)


@dataclass(frozen=True, slots=True)
class Rule:
    """What staff may change of a series. `send_time` is London's, `window` how late it may go."""

    rule: str
    send_time: str
    draft_days_ahead: int
    window: timedelta


def rule_of(series: Series) -> Rule:
    """A series' rule as it stands."""
    window = timedelta(seconds=series.window_seconds)
    return Rule(series.rule, series.send_time, series.draft_days_ahead, window)


def next_dates(
    rule: Rule, *, now: datetime, months: int = MONTHS_SHOWN
) -> list[tuple[str, datetime]]:
    """(month, send moment in UTC) of the next months that the rule would send.

    Raises:
        BadInput: naming the field that is not written as it should be.
    """
    _refuse_odd(rule)
    month, found = calendar.london_month(now), list[tuple[str, datetime]]()
    while len(found) < months:
        moment = calendar.send_moment(rule.rule, month, rule.send_time)
        if moment > now:
            found.append((month, moment))
        month = calendar.month_after(month)
    return found


def change(session: Session, rule: Rule, *, by: str, now: datetime) -> Series:
    """Give the series another rule; months whose draft is open already keep their time.

    Raises:
        NotFound: `by` is not on the staff.
        Refused: `by` holds no role that may change it.
        BadInput: naming the field that is not written as it should be.
    """
    staff.require(session, by, Role.AUTHOR, Role.APPROVER, Role.ADMIN)
    next_dates(rule, now=now, months=1)
    series = ensure_default(session)
    before = rule_of(series)
    if rule == before:
        return series
    series.rule, series.send_time = rule.rule, rule.send_time
    series.draft_days_ahead = rule.draft_days_ahead
    series.window_seconds = int(rule.window.total_seconds())
    audit.record(
        session, who=by, action="series changed", now=now, before=_told(before), after=_told(rule)
    )
    session.flush()
    return series


def _told(rule: Rule) -> str:
    hours = rule.window / timedelta(hours=1)
    return (
        f"{rule.rule} at {rule.send_time}, draft {rule.draft_days_ahead} days before, "
        f"for {hours:g} hours"
    )


def _refuse_odd(rule: Rule) -> None:
    problems = []
    if not 1 <= rule.draft_days_ahead <= LONGEST_AHEAD:
        message = f"The draft must open between 1 and {LONGEST_AHEAD} days before."
        problems.append(Problem("draft_days_ahead", message))
    if not timedelta(hours=1) <= rule.window <= LONGEST_WINDOW:
        days = LONGEST_WINDOW.days
        message = f"The email may be late by at least an hour and at most {days} days."
        problems.append(Problem("window", message))
    if calendar.TIME.fullmatch(rule.send_time) is None:
        problems.append(Problem("send_time", "Write the time of day as 10:00."))
    elif not calendar.is_rule(rule.rule):
        problems.append(Problem("rule", "Choose one of the days in the list."))
    if problems:
        raise BadInput(problems)


def send_moment(series: Series, month: str) -> datetime:
    """When the series' rule sends `month`, UTC."""
    return calendar.send_moment(series.rule, month, series.send_time)


def open_drafts(session: Session, *, now: datetime) -> list[Campaign]:
    """Open the drafts that are due, and return them.

    A month's draft is opened `draft_days_ahead` days before its send moment and never after it;
    a month that has a campaign, of whatever state, is left alone. It starts from the text of the
    latest month before it, or else from the sample.
    """
    series = ensure_default(session)
    due = [month for month in _months_due(series, now) if not _taken(session, month)]
    opened = [_open(session, series, month, now) for month in due]
    return [campaign for campaign in opened if campaign is not None]


def _months_due(series: Series, now: datetime) -> Iterator[str]:
    month = calendar.london_month(now)
    for _ in range(MONTHS_LOOKED_AHEAD):
        moment = send_moment(series, month)
        if moment - timedelta(days=series.draft_days_ahead) <= now < moment:
            yield month
        month = calendar.month_after(month)


def _taken(session: Session, month: str) -> bool:
    return session.scalar(select(Campaign.id).where(Campaign.month == month)) is not None


def _open(session: Session, series: Series, month: str, now: datetime) -> Campaign | None:
    """None if another process opened the month's draft in the same moment."""
    campaign = Campaign(
        month=month,
        series=series.name,
        send_at=send_moment(series, month),
        window_seconds=series.window_seconds,
        version=1,
    )
    try:
        with session.begin_nested():
            session.add(campaign)
            session.flush()
    except IntegrityError:
        return None
    content = starter(session, month)
    session.add(
        Draft(
            campaign_id=campaign.id,
            version=1,
            content=content.as_json(),
            author=ENGINE,
            saved_at=now,
            cut_because=CutReason.OPENED,
        )
    )
    audit.record(session, who=ENGINE, action="draft opened", now=now, month=month)
    session.flush()
    log.info("draft opened", month=month, campaign=campaign.id)
    return campaign


def starter(session: Session, month: str) -> Content:
    """What a month's draft begins with: the text of the latest month before it, or the sample."""
    stored = session.scalar(
        select(Draft.content)
        .join(Campaign, Campaign.id == Draft.campaign_id)
        .where(Campaign.month < month, Draft.version == Campaign.version)
        .order_by(Campaign.month.desc())
        .limit(1)
    )
    return samples.sample_content(month) if stored is None else Content.from_json(stored)
