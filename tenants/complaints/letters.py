"""Send the emails about a complaint: an acknowledgement, and a notice to the platform's staff. They
are sent from the register itself, because the person who complains need not be a tenant. Neither
quotes the complaint.
"""

from datetime import datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError
from sqlalchemy import select
from sqlalchemy.orm import Session

from kit import languages
from kit.clock import Clock, london_day
from kit.database import Database
from kit.heartbeats import code_of
from kit.log import get_logger
from kit.ses_mail import send_email
from tenants.complaints import register
from tenants.models import Complaint
from tenants.outbox.mailer import TEXTS, OutboxMailer, day_name

RETRY = timedelta(minutes=10)
MOST_IN_A_CALL = 20
MOST_TO_AN_ADDRESS = 3
"""Acknowledgements sent to one address in a day; a person acknowledges the rest."""
STAFF = "staff"
STAFF_SUBJECT = "A complaint has come in: {}"

log = get_logger(__name__)


def send_complaint_letters(mailer: OutboxMailer, *, staff: str | None, clock: Clock) -> int:
    """Send what is due, outside transactions; returns how many complaints were seen to.

    `staff` is the address of the people who answer complaints; None tells nobody.
    """
    done = 0
    for _ in range(MOST_IN_A_CALL):
        complaint = _claim(mailer.platform, now=clock())
        if complaint is None:
            break
        try:
            _send(mailer, complaint, staff=staff, clock=clock)
        except (BotoCoreError, ClientError) as error:
            log.warning("complaint not acknowledged", id=complaint.id, error=code_of(error))
        else:
            done += 1
    return done


def _claim(platform: Database, *, now: datetime) -> Complaint | None:
    """Claim the next complaint that is due by postponing it, so that a crash cannot repeat at
    once."""
    due = select(Complaint).where(Complaint.next_at <= now).order_by(Complaint.next_at).limit(1)
    with platform.writing() as session:
        found = session.scalar(due.with_for_update(skip_locked=True))
        if found is not None:
            found.next_at = now + RETRY
    return found


def _send(mailer: OutboxMailer, complaint: Complaint, *, staff: str | None, clock: Clock) -> None:
    if complaint.acknowledged_at is None and _may_acknowledge(mailer.platform, complaint):
        _mail(mailer, complaint, to=str(complaint.address), form=complaint.language)
        _note(mailer.platform, complaint.id, acknowledged_at=clock())
    if complaint.told_at is None and staff is not None:
        _mail(mailer, complaint, to=staff, form=STAFF)
        _note(mailer.platform, complaint.id, told_at=clock())
    _note(mailer.platform, complaint.id, next_at=None)


def _may_acknowledge(platform: Database, complaint: Complaint) -> bool:
    with platform.reading() as session:
        return complaint.address is not None and _mailed_today(session, complaint) < (
            MOST_TO_AN_ADDRESS
        )


def _mailed_today(session: Session, complaint: Complaint) -> int:
    others = select(Complaint.acknowledged_at, Complaint.received_at).where(
        Complaint.address == complaint.address, Complaint.id != complaint.id
    )
    day_before = complaint.received_at - timedelta(days=1)
    return sum(at is not None and at > day_before for at, _received in session.execute(others))


def _note(platform: Database, complaint_id: int, **values: datetime | None) -> None:
    with platform.writing() as session:
        row = session.get_one(Complaint, complaint_id)
        for name, value in values.items():
            setattr(row, name, value)


def _mail(mailer: OutboxMailer, complaint: Complaint, *, to: str, form: str) -> None:
    """`form` is the language of whoever complained, or `STAFF`."""
    is_staff = form == STAFF
    language = languages.ENGLISH if is_staff else form
    template = "complaint_staff.txt" if is_staff else f"{form}/letters/complaint.txt"
    text = TEXTS.get_template(template).render(
        reference=complaint.reference,
        received_on=day_name(london_day(complaint.received_at).isoformat(), language),
        acknowledge_by=day_name(complaint.acknowledge_by.isoformat(), language),
        days=register.ACKNOWLEDGED_WITHIN.days,
        portal_url=mailer.portal_url,
    )
    send_email(
        mailer.connect(),
        sender=mailer.sender,
        reply_to=mailer.reply_to,
        to=to,
        subject=STAFF_SUBJECT.format(complaint.reference)
        if is_staff
        else languages.ALL[form].subjects["complaint"],
        text=text,
    )
