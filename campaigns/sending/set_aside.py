"""Queue messages that could not be read: count them, show them, and process them again.

A person requests that at the command line; a worker does it, since only workers record events.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from campaigns.models import SetAside
from campaigns.sending import feedback
from kit.bulk import changed
from kit.database import Database
from kit.errors import NotFound

AT_ONCE = 50


def count(session: Session) -> int:
    """How many messages are set aside."""
    return session.scalar(select(func.count(SetAside.id))) or 0


def sentence(number: int) -> str:
    """What to do about so many."""
    messages = "message" if number == 1 else "messages"
    return f"{number:,} {messages} from SES could not be read; `checkin events list` shows them"


def listed(session: Session) -> Sequence[SetAside]:
    """The messages that are set aside, oldest first."""
    return session.scalars(select(SetAside).order_by(SetAside.id)).all()


def find(session: Session, number: int) -> SetAside:
    """One of them.

    Raises:
        NotFound: there is none with this number, or it was taken or purged since.
    """
    found = session.get(SetAside, number)
    if found is None:
        raise NotFound(f"There is no message {number}; `checkin events list` shows all.")
    return found


def ask_again(session: Session) -> int:
    """Have a worker take all of them again; returns how many."""
    return changed(session, update(SetAside).values(is_asked_again=True))


def take_again(database: Database, *, clock: Callable[[], datetime]) -> int:
    """Take those that somebody asked for; what still cannot be read is set aside anew."""
    with database.writing() as session:
        asked = select(SetAside).where(SetAside.is_asked_again).order_by(SetAside.id)
        rows = session.scalars(asked.limit(AT_ONCE)).all()
        bodies = [row.body for row in rows]
        ids = [row.id for row in rows]
        if ids:
            session.execute(delete(SetAside).where(SetAside.id.in_(ids)))
        for body in feedback.in_row_order(bodies):
            feedback.take(session, body, now=clock())
    return len(bodies)
