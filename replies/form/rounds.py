"""A round: one month's questions, pinned to their versions while it accepts replies."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kit.errors import NotFound
from kit.months import named
from replies.form import questions as catalogue
from replies.models import Round


@dataclass(frozen=True, slots=True)
class Sent:
    """What everybody knows of a month's email: its day, its subject, and the day of the one before.

    Days are London's; `last_check_in` is None for the first email.
    """

    on: date
    subject: str
    last_check_in: date | None


def open_round(
    session: Session,
    *,
    month: str,
    questions: Iterable[str],
    opened_on: date,
    closes_on: date,
    sent: Sent | None = None,
) -> Round:
    """Open a month (`2026-12`) with these question keys; an open month is not changed.

    Raises:
        NotFound: a key is not in the catalogue.
    """
    if existing := session.get(Round, month):
        return existing
    pinned = catalogue.pin(questions)
    opened = Round(
        month=month,
        questions=pinned,
        opened_on=opened_on,
        closes_on=closes_on,
        sent_on=sent and sent.on,
        subject=sent and sent.subject,
        last_check_in=sent and sent.last_check_in,
    )
    session.add(opened)
    session.flush()
    return opened


def find(session: Session, month: str) -> Round:
    """The round of a month.

    Raises:
        NotFound: no round was opened for it.
    """
    found = session.get(Round, month)
    if found is None:
        raise NotFound(f"No round was opened for {named(month)}; hand its campaign over first.")
    return found


def latest_opening(session: Session) -> date | None:
    """Return the day on which the latest round was opened, if there is one."""
    return session.scalar(select(func.max(Round.opened_on)))


def newest_sent(session: Session, *, today: date) -> Round | None:
    """Return the round of the newest email that has gone out, if any has."""
    was_sent = (Round.sent_on <= today, Round.subject.is_not(None))
    return session.scalar(select(Round).where(*was_sent).order_by(Round.sent_on.desc()).limit(1))


def newest_open(session: Session, *, today: date) -> Round | None:
    """Return the newest round that accepts replies today, if any."""
    is_open = (Round.opened_on <= today, Round.closes_on >= today)
    return session.scalar(select(Round).where(*is_open).order_by(Round.month.desc()).limit(1))
