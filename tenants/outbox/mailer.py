"""Send the platform's own letters through its own SES identity, unknown to the campaign side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from babel.dates import format_date
from botocore.exceptions import BotoCoreError, ClientError
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from kit import heartbeats, languages
from kit.clock import Clock
from kit.database import Database
from kit.log import get_logger
from kit.months import month_name
from kit.ses_mail import send_email
from kit.templating import TEMPLATES
from links import mail_links
from tenants.jobs import PlatformJob
from tenants.models import Heartbeat
from tenants.outbox import codes, letters
from tenants.outbox.letters import Due, Kind

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

A_TICK = 100
"""The most letters in one call; the next tick continues."""

DAYS = frozenset({"opened_on", "used_on"})
"""Details that are ISO dates, to be written out in the letter's language."""

log = get_logger(__name__)

TEXTS = Environment(
    loader=FileSystemLoader([languages.FOLDER, TEMPLATES / "letters"]),
    undefined=StrictUndefined,
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class OutboxMailer:
    """What sending needs; `keys` reads the link keys, which rotate."""

    platform: Database
    keys: Callable[[], Sequence[bytes]]
    portal_url: str
    sender: str
    reply_to: str | None
    connect: "Callable[[], SESV2Client]"


def send_due(mailer: OutboxMailer, *, clock: Clock) -> int:
    """Send the letters that are due, outside transactions; returns how many SES accepted."""
    accepted, trouble = 0, None
    for _ in range(A_TICK):
        with mailer.platform.writing() as session:
            due = letters.claim(session, now=clock())
        if due is None:
            break
        trouble = _send(mailer, due)
        if trouble is None:
            accepted += 1
            with mailer.platform.writing() as session:
                letters.sent(session, due.id)
    _note(mailer.platform, trouble, accepted=accepted, now=clock())
    return accepted


def _note(platform: Database, trouble: str | None, *, accepted: int, now: datetime) -> None:
    """Record the run. A failure counts until a letter is accepted."""
    with platform.writing() as session:
        if trouble is not None:
            heartbeats.failed(session, Heartbeat, PlatformJob.LETTERS, trouble=trouble)
        elif accepted or not letters.are_waiting(session, now=now):
            heartbeats.done(session, Heartbeat, PlatformJob.LETTERS, now=now)
        else:
            heartbeats.seen_to(session, Heartbeat, PlatformJob.LETTERS, now=now)


def _send(mailer: OutboxMailer, due: Due) -> str | None:
    """Send one letter; returns the error that postpones it, or None."""
    text = text_of(due, keys=mailer.keys(), portal_url=mailer.portal_url)
    try:
        send_email(
            mailer.connect(),
            sender=mailer.sender,
            to=due.address,
            subject=languages.ALL[due.language].subjects[due.kind],
            text=text,
            reply_to=mailer.reply_to,
        )
    except (BotoCoreError, ClientError) as error:
        trouble = heartbeats.code_of(error)
        log.warning("letter not sent", letter=due.id, kind=due.kind, error=trouble)
        return trouble
    return None


def text_of(due: Due, *, keys: Sequence[bytes], portal_url: str) -> str:
    """Return a letter's text in its tenant's language."""
    details = dict(due.details)
    if months := details.get("months") or [details["month"]] if "month" in details else []:
        details["month"] = ", ".join(month_name(month, due.language) for month in months)
    for name in DAYS.intersection(details):
        details[name] = day_name(details[name], due.language)
    match due.kind:
        case Kind.CODE:
            details["code"] = codes.session_code(keys, bytes.fromhex(details["visit"]))
        case Kind.FRESH_LINK | Kind.SECOND_USE | Kind.EARLIER_ADDRESS:
            links = mail_links.link_writer(keys, portal_url)(bytes.fromhex(details["link_id"]))
            details |= links._asdict()
    template = TEXTS.get_template(f"{due.language}/letters/{due.kind}.txt")
    return template.render(portal_url=portal_url, **details)


def day_name(day: str, language: str) -> str:
    """`2026-12-04` as people write it: “4 December 2026”, “4 Rhagfyr 2026”."""
    return format_date(date.fromisoformat(day), "long", locale=languages.ALL[language].locale)
