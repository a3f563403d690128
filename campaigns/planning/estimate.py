"""Estimate, before approval, when sending will end and how many will not fit into the window.

List ÷ rate ÷ quota, against the last moment at which the month's mail may go. SES counts its quota
over the last 24 hours; here each 24 hours after the beginning have the whole quota, and the first
of them what is left of it today.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, CampaignState, Sender
from campaigns.ses import account
from campaigns.ses.rate_limiter import SAFETY
from kit.clock import LONDON

DAY = timedelta(days=1)
BEFORE_SENDING = (CampaignState.DRAFT, CampaignState.APPROVED, CampaignState.HANDING_OVER)

UNKNOWN_LIST = (
    "How long the sending takes is not known yet: no mailing list was ever handed over. The window"
    " has room for {room}."
)
UNKNOWN_LIMITS = "How long the sending takes is not known: SES has not said its limits lately."
ENDS = "{list}: ends about {end}."
DOES_NOT_FIT = (
    "{list}: {unsent} of {size} will not fit before the window closes on {closes}. Give the month"
    " a longer window, or ask Amazon for more."
)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What may be sent: emails a second, and in 24 hours, the first and each one after (None: any
    number)."""

    a_second: float
    first_day: int | None = None
    a_day: int | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """When the last mail is sent, UTC, or None if the window ends first; `unsent` counts the mails
    left over."""

    ends: datetime | None
    unsent: int


def estimate(size: int, allowed: Allowance, *, begins: datetime, closes: datetime) -> Estimate:
    """Send `size` mails from `begins` on, as fast as it is allowed, until `closes`."""
    left = size
    while left and begins < closes:
        seconds = max(0.0, min((closes - begins).total_seconds(), DAY.total_seconds()))
        sent = _at_most(allowed.first_day, left, int(seconds * allowed.a_second))
        left -= sent
        if not left:
            return Estimate(begins + timedelta(seconds=sent / allowed.a_second), 0)
        begins += DAY
        allowed = Allowance(allowed.a_second, allowed.a_day, allowed.a_day)
    return Estimate(None if left else begins, left)


def sentence(
    session: Session, campaign: Campaign, *, own_rate: float | None, now: datetime
) -> str | None:
    """The estimate in words, times in London's; None of a month that has begun or cannot begin.

    The size is that of its own list, or of the last one that was handed over: this side cannot ask
    the platform how many there will be. `own_rate` is the operator's `CHECKIN_SEND_RATE`.
    """
    if campaign.state not in BEFORE_SENDING or now >= campaign.not_after:
        return None
    allowed = _allowance(session, own_rate, campaign.send_at - now)
    if allowed is None:
        return UNKNOWN_LIMITS
    begins, closes = max(campaign.send_at, now), campaign.not_after
    size, name = _list(session, campaign)
    if size is None:
        room = _room(allowed, begins, closes)
        return UNKNOWN_LIST.format(room=f"about {room:,} emails")
    found = estimate(size, allowed, begins=begins, closes=closes)
    if found.ends is None:
        return DOES_NOT_FIT.format(
            list=name, unsent=f"{found.unsent:,}", size=f"{size:,}", closes=_moment(closes, begins)
        )
    return ENDS.format(list=name, end=_moment(found.ends, begins))


def audience(session: Session, campaign: Campaign) -> str:
    """How many people a month's email goes to, as far as this side can know."""
    size, _name = _list(session, campaign)
    if size is None:
        return "How many is not known yet: no list was handed over so far."
    people = f"{size:,} {'person' if size == 1 else 'people'}"
    if campaign.audience is not None:
        return f"{people} on its list."
    return f"{people}, if the list is as long as the last one."


def _at_most(*numbers: int | None) -> int:
    return min(number for number in numbers if number is not None)


def _allowance(
    session: Session, own_rate: float | None, until_it_begins: timedelta
) -> Allowance | None:
    """None where SES never said its limits; how old its answer is does not matter here."""
    row = session.get(Sender, 1)
    if row is None or not row.max_send_rate or row.daily_quota is None:
        return None
    a_second = SAFETY * min(row.max_send_rate, own_rate or row.max_send_rate)
    if row.daily_quota == account.NO_DAILY_LIMIT:
        return Allowance(a_second)
    quota = int(row.daily_quota)
    used = int(row.sent_last_day or 0) if until_it_begins < DAY else 0
    return Allowance(a_second, max(0, quota - used), quota)


def _list(session: Session, campaign: Campaign) -> tuple[int | None, str]:
    """Return the size of a month's list, and a phrase that says which list it is."""
    if campaign.audience is not None:
        return campaign.audience, _named(campaign.audience, "on the list")
    last = session.scalar(
        select(Campaign.audience)
        .where(Campaign.audience.is_not(None))
        .order_by(Campaign.frozen_at.desc())
        .limit(1)
    )
    return last, "" if last is None else _named(last, "if the list is as long as the last one")


def _named(size: int, what: str) -> str:
    return f"{size:,} {'email' if size == 1 else 'emails'}, {what}"


def _room(allowed: Allowance, begins: datetime, closes: datetime) -> int:
    """Return how many mails fit into the window."""
    most = int(max(0.0, (closes - begins).total_seconds()) * allowed.a_second)
    return most - estimate(most, allowed, begins=begins, closes=closes).unsent


def _moment(at: datetime, begins: datetime) -> str:
    """In London: a time alone on the day on which the sending begins, else with its day."""
    local = at.astimezone(LONDON)
    if local.date() == begins.astimezone(LONDON).date():
        return f"{local:%H:%M}"
    return f"{local:%H:%M, %a} {local.day} {local:%b}"
