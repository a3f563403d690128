"""Format states, times and causes for people. Times are in London time."""

from datetime import date, datetime, timedelta

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal, format_percent
from flask import Flask

from campaigns.checks import repairs
from campaigns.content.findings import field_label, field_title
from campaigns.models import (
    CampaignState,
    Cause,
    CutReason,
    DeliveryState,
    MonthStep,
    Role,
    StepKind,
    SuppressionKind,
)
from campaigns.planning import steps
from kit.clock import LONDON
from kit.months import month_name

LOCALE = "en_GB"
SATURDAY = 5

CAMPAIGN_STATES = {
    CampaignState.DRAFT: "Draft",
    CampaignState.APPROVED: "Approved",
    CampaignState.HANDING_OVER: "Preparing the list",
    CampaignState.SENDING: "Sending",
    CampaignState.PAUSED: "Paused",
    CampaignState.SENT: "Sent",
    CampaignState.CANCELLED: "Cancelled",
    CampaignState.MISSED: "Missed",
}
DELIVERY_STATES = {
    DeliveryState.QUEUED: ("Waiting", "Will go as soon as the sending limit allows."),
    DeliveryState.SENDING: ("On its way", "Handed to Amazon SES, whose answer is still to come."),
    DeliveryState.SENT: ("Sent", "Amazon SES accepted the email."),
    DeliveryState.FAILED: ("Failed", "Was not sent and will not be tried again this month."),
    DeliveryState.UNKNOWN: (
        "Not certain",
        "The answer was lost. Evidence that it was sent is awaited; nothing is sent twice blindly.",
    ),
    DeliveryState.SKIPPED: ("Left out", "Not sent on purpose; the reasons stand below."),
}
DELIVERY_ORDER = (
    DeliveryState.SENT,
    DeliveryState.SENDING,
    DeliveryState.QUEUED,
    DeliveryState.UNKNOWN,
    DeliveryState.FAILED,
    DeliveryState.SKIPPED,
)
CAUSES = {
    Cause.SUPPRESSED: "on the suppression list when their turn came",
    Cause.TOO_LATE: "still waiting when the latest time came",
    Cause.CANCELLED: "the month was cancelled before their turn",
    Cause.INTERRUPTED: "the sending stopped in the middle, before an answer came",
    Cause.RESENT: "sent once more, as nothing was heard of the first try",
    Cause.RESTORED: "the database was restored from a backup, and they may have been sent since",
    Cause.LEFT_UNKNOWN: "nobody knows whether they were sent, and they are not sent again",
    Cause.ANSWER_LOST: "the connection broke before Amazon SES's answer came",
    Cause.SHORT_ANSWER: "Amazon SES's answer did not say what became of each email",
    Cause.SERVER_ERROR: "Amazon SES had an error of its own",
    Cause.UNREACHABLE: "Amazon SES could not be reached",
    Cause.NOT_AUTHORISED: "a worker's credentials or clock were refused",
    Cause.THROTTLED: "Amazon SES asked for fewer emails a second",
    Cause.QUOTA_USED_UP: "Amazon SES's quota for the day was used up",
    Cause.ACCOUNT_STOPPED: "Amazon SES has stopped the account",
    Cause.NOT_CONFIGURED: "a setting at Amazon SES is missing or not verified",
    Cause.MESSAGE_REJECTED: "Amazon SES refused the message for this address",
    Cause.INVALID_PARAMETER: "Amazon SES does not accept this address",
    Cause.BAD_REQUEST: "Amazon SES could not read the request",
    Cause.TOO_LARGE: "the email is too large for Amazon SES",
    Cause.FAILED: "Amazon SES could not send it and gave no reason",
    Cause.TRANSIENT_FAILURE: "Amazon SES failed for a moment, several times over",
    Cause.UNLISTED_ANSWER: "Amazon SES gave an answer that Check-in does not know",
    Cause.REJECTED: "Amazon SES found a virus in it",
    Cause.RENDERING_FAILURE: "Amazon SES could not put the links into the message",
}
SUPPRESSION_KINDS = {
    SuppressionKind.BOUNCE: ("Bounced", "The mailbox refused for good when it was mailed last."),
    SuppressionKind.COMPLAINT: (
        "Marked as spam",
        "The person marked our email as spam. That is their own word, so nobody can lift it here.",
    ),
    SuppressionKind.DO_NOT_MAIL: (
        "Do not mail",
        "The platform asked for it. It does not say why, only the platform can lift it, and it"
        " goes when its month is over.",
    ),
    SuppressionKind.MANUAL: ("Added by hand", "A member of staff added it and may lift it."),
}
STEPS = {
    StepKind.ASKED: "asked for approval",
    StepKind.SENT_BACK: "sent it back",
    StepKind.APPROVED: "approved it",
    StepKind.WITHDRAWN: "withdrew the approval",
    StepKind.HELD: "put it on hold",
    StepKind.RELEASED: "released it",
    StepKind.MOVED: "gave it another time",
    StepKind.CANCELLED: "cancelled it",
}
"""What somebody did, after their address. A voided approval says itself who changed what."""
CUTS: dict[str | None, str] = {
    None: "still being written",
    CutReason.OPENED: "the text it was opened with",
    CutReason.SAVED: "saved",
    CutReason.QUIET: "left alone for ten minutes",
    CutReason.TESTED: "sent as a test",
    CutReason.ASKED: "went for approval",
    CutReason.APPROVED: "approved",
    CutReason.RESTORED: "an earlier text, restored",
    CutReason.REMOVED: "something was taken out",
    CutReason.TAKEN_BACK: "what was taken out is back",
}
"""Why a version stands as it is."""
ROLES = {
    Role.AUTHOR: "Author: writes the month",
    Role.APPROVER: "Approver: approves what somebody else wrote",
    Role.ANALYST: "Analyst: reads the figures",
    Role.ADMIN: "Admin: manages staff",
}


def moment(value: datetime, now: datetime | None = None) -> str:
    """Format an aware datetime in London, "Tue 1 Dec, 10:00"; with the year unless `now`'s."""
    local = value.astimezone(LONDON)
    is_this_year = now is None or local.year == now.astimezone(LONDON).year
    pattern = "EEE d MMM" if is_this_year else "EEE d MMM y"
    return f"{format_date(local, pattern, LOCALE)}, {local:%H:%M}"


def moment_in_words(value: datetime, now: datetime) -> str:
    """An aware datetime in London as one says it: "Tuesday 1 December at 10:00, in 3 days"."""
    local, today = value.astimezone(LONDON), now.astimezone(LONDON)
    pattern = "EEEE d MMMM" if local.year == today.year else "EEEE d MMMM y"
    days = (local.date() - today.date()).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days, "")
    away = near or format_timedelta(
        timedelta(days=days), granularity="day", threshold=14, add_direction=True, locale=LOCALE
    )
    return f"{format_date(local, pattern, LOCALE)} at {local:%H:%M}, {away}"


def day_off(day: date) -> str:
    """Say why a date moved: "Sunday 1", or "a bank holiday, Friday 1"."""
    name = format_date(day, "EEEE d", LOCALE)
    return name if day.weekday() >= SATURDAY else f"a bank holiday, {name}"


def exactly(value: datetime) -> str:
    """Format an aware datetime in London to the second, "1 Dec 2026, 10:00:07"."""
    return format_datetime(value, "d MMM y, HH:mm:ss", LONDON, LOCALE)


def short_month(month: str) -> str:
    """Format `2026-12` as "Dec"; a January as "Jan 27", so that a row of months shows the year."""
    first = date.fromisoformat(f"{month}-01")
    return format_date(first, "LLL yy" if first.month == 1 else "LLL", LOCALE)


def day(value: str) -> str:
    """Format `2027-01-04` as "4 January 2027"."""
    return format_date(date.fromisoformat(value), "d MMMM y", LOCALE)


def sentence(text: str) -> str:
    """Begin with a capital; the other letters stay as they are."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """ "All tenants" in the middle of a sentence; a name keeps its capital."""
    return text[0].lower() + text[1:] if text.startswith(("All ", "Other ")) else text


def count(value: int) -> str:
    """Format 1234 as "1,234"."""
    return format_decimal(value, locale=LOCALE)


def share(part: int, whole: int) -> str:
    """Format a share as "0.4%"; a share of nothing as "–"."""
    return format_percent(part / whole, "0.0#%", LOCALE) if whole else "–"


def some(number: int, one: str, many: str) -> str:
    """ "1 mail" or "2,300 mails"."""
    return f"{count(number)} {one if number == 1 else many}"


def a_second(rate: float) -> str:
    """Format a rate: "25 emails a second", or "40 emails a minute" if it is slow."""
    if rate >= 1:
        return f"{some(round(rate), 'email', 'emails')} a second"
    return f"{some(max(round(rate * 60), 1), 'email', 'emails')} a minute"


def duration(time: timedelta) -> str:
    """ "40 seconds", "12 minutes" or "3 hours", whichever says enough."""
    return format_timedelta(time, threshold=1.5, locale=LOCALE)


def did(step: MonthStep) -> str:
    """ "Who did what" of a step, about which field, and the note, as sentences."""
    if step.kind == StepKind.VOIDED:
        return f"{step.note}, so the approval is void."
    about = f", about “{field_title(step.field)}”" if step.field else ""
    said = f"{step.who} {STEPS[StepKind(step.kind)]}{about}."
    return f"{said} {steps.shown_note(step)}".strip()


def cause(code: str) -> str:
    """Return a recorded cause as a part of a sentence; an unknown one is quoted."""
    if not code:
        return "no cause was recorded"
    return CAUSES[Cause(code)] if code in list(Cause) else f"the cause was recorded as “{code}”"


def install(app: Flask) -> None:
    """Make these functions available in every template."""
    app.jinja_env.filters.update(
        moment=moment,
        in_words=moment_in_words,
        exactly=exactly,
        month_name=month_name,
        short_month=short_month,
        day=day,
        sentence=sentence,
        lower_first=lower_first,
        count=count,
        share=share,
        cause_words=cause,
        did=did,
        a_second=a_second,
        duration=duration,
    )
    app.jinja_env.globals.update(
        campaign_states=CAMPAIGN_STATES,
        delivery_states=DELIVERY_STATES,
        delivery_order=DELIVERY_ORDER,
        suppression_kinds=SUPPRESSION_KINDS,
        role_words=ROLES,
        repair_labels={name: repair.label for name, repair in repairs.REPAIRS.items()},
        field_label=field_label,
        some=some,
    )
