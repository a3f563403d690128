"""Emails to staff about a month, each kind once for a month.

A notice's row is committed before the first email, and deleted if SES did not confirm any, so that
the next tick tries again: staff would rather be told twice than not at all.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from campaigns import audit, staff
from campaigns.models import Reminder, Role
from campaigns.planning import letters
from campaigns.planning.letters import StaffEmail
from campaigns.planning.series import ENGINE
from kit.bulk import add_new
from kit.clock import LONDON, Clock
from kit.database import Database
from kit.log import get_logger
from kit.months import month_name

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

log = get_logger(__name__)

EVERYBODY_AT_WORK = frozenset({Role.AUTHOR, Role.APPROVER, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice about a month and its recipients; `subject` has a place for the month's name."""

    month: str
    kind: str
    readers: frozenset[Role]
    subject: str
    lines: tuple[str, ...]

    def letter(self, console_url: str) -> StaffEmail:
        link = f"{console_url}/campaigns/{self.month}"
        subject = self.subject.format(month_name(self.month))
        return letters.notice(
            subject, lines=self.lines, words=f"Open {month_name(self.month)}", link=link
        )


def send_due(
    database: Database,
    client: "SESV2Client",
    due: Callable[..., Iterable[Notice]],
    *,
    sender: str,
    console_url: str,
    clock: Clock,
) -> int:
    """Send the notices that `due(session, now=…)` returns and that were not sent yet; returns how
    many emails were sent.

    A failure is logged and tried again later.
    """
    with database.reading() as session:
        told = {(row.month, row.kind) for row in session.scalars(select(Reminder))}
        notices = due(session, now=clock())
        waiting = [each for each in notices if (each.month, each.kind) not in told]
    return sum(
        _send(database, client, notice, sender=sender, console_url=console_url, now=clock())
        for notice in sorted(waiting, key=lambda notice: notice.month)
    )


def written(moment: datetime) -> str:
    """A moment as people say it, in London's time."""
    local = moment.astimezone(LONDON)
    return f"{local:%A} {local.day} {local:%B} at {local:%H:%M}"


def _send(
    database: Database,
    client: "SESV2Client",
    notice: Notice,
    *,
    sender: str,
    console_url: str,
    now: datetime,
) -> int:
    with database.writing() as session:
        key = {"month": notice.month, "kind": notice.kind, "claimed_at": now}
        if add_new(session, Reminder, [key]) == 0:
            return 0
        readers = [
            member.email
            for member in staff.everybody(session)
            if notice.readers & set(member.roles)
        ]
    letter = notice.letter(console_url)
    sent = sum(_sent(client, sender=sender, to=to, letter=letter) for to in readers)
    with database.writing() as session:
        if sent:
            action = f"reminder {notice.kind}"
            audit.record(session, who=ENGINE, action=action, now=now, month=notice.month)
        elif readers:
            _give_back(session, notice)
    return sent


def _sent(client: "SESV2Client", *, sender: str, to: str, letter: StaffEmail) -> int:
    try:
        letters.send(client, sender=sender, to=to, letter=letter)
    except (BotoCoreError, ClientError) as error:
        log.warning("a notice was not sent", error=type(error).__name__)
        return 0
    return 1


def _give_back(session: Session, notice: Notice) -> None:
    session.execute(
        delete(Reminder).where(Reminder.month == notice.month, Reminder.kind == notice.kind)
    )
