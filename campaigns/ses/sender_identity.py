"""Whether SES sends as the campaign's sender: asked by the tick, kept for whoever approves.

A page asks nobody but the database. An answer is a minute old at most while a worker runs; it
carries its time, so that whoever reads it can tell. Before the first answer nothing is refused:
SES itself refuses such a mail, and sending then pauses for all.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from sqlalchemy.orm import Session

from campaigns.models import Sender
from campaigns.ses import account
from kit import heartbeats, sending_identity
from kit.clock import LONDON, Clock
from kit.database import Database
from kit.errors import Refused
from kit.log import get_logger

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

STALE_AFTER = timedelta(minutes=1)

log = get_logger(__name__)


def refresh(database: Database, client: "SESV2Client", address: str, *, clock: Clock) -> None:
    """Ask SES again where the last answer is old; its silence leaves that one as it is."""
    with database.reading() as session:
        row = session.get(Sender, 1)
        if row and row.identity_read_at and clock() - row.identity_read_at < STALE_AFTER:
            return
    try:
        problem = sending_identity.problem(client, address)
    except (BotoCoreError, ClientError) as error:
        log.warning("SES did not say whether it sends", error=heartbeats.code_of(error))
        return
    with database.writing() as session:
        store(session, problem, now=clock())


def store(session: Session, problem: str | None, *, now: datetime) -> None:
    """Remember what SES said: why it sends nothing, or that it sends."""
    row = account.sender(session)
    row.identity_problem, row.identity_read_at = problem, now


def obstacle(session: Session) -> str | None:
    """A sentence for staff that says why SES would refuse this month's email; None: it would not,
    or was not asked yet."""
    row = session.get(Sender, 1)
    if row is None or row.identity_problem is None or row.identity_read_at is None:
        return None
    said = row.identity_read_at.astimezone(LONDON)
    return _sentence(row.identity_problem, f"SES said so at {said:%H:%M on %d/%m/%Y}")


def refuse_unverified(session: Session) -> None:
    """Refused while SES sends nothing as the campaign's sender."""
    if sentence := obstacle(session):
        raise Refused(sentence)


def refuse_unverified_now(client: "SESV2Client", address: str) -> None:
    """The same by SES's present answer; its silence refuses nothing."""
    try:
        problem = sending_identity.problem(client, address)
    except (BotoCoreError, ClientError):
        return
    if problem is not None:
        raise Refused(_sentence(problem, "SES says so now"))


def _sentence(problem: str, when: str) -> str:
    return (
        f"Amazon SES does not send the email yet, because {problem}. {when}. Whoever runs Check-in "
        "enters the DNS records that `checkin doctor --dns` names; a minute after SES has seen "
        "them, the month can be approved."
    )
