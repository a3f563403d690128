"""Who else has a month's writing page open, and what they typed into last."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from campaigns.models import WriterPresence
from kit.bulk import add_new

AWAY = timedelta(seconds=30)
"""An open page says that it is there every few seconds; one that fell silent was closed."""
TYPING = timedelta(minutes=1)
FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OtherWriter:
    """Somebody else at the same text; `field` is what they typed into a moment ago, if anything."""

    email: str
    field: str | None


def note(session: Session, *, month: str, email: str, fields: list[str], now: datetime) -> None:
    """Note that this person has the page open and has just changed `fields` of `Content`."""
    session.execute(delete(WriterPresence).where(WriterPresence.seen_at < now - FORGOTTEN))
    add_new(session, WriterPresence, [{"month": month, "email": email, "seen_at": now}])
    row = session.get_one(WriterPresence, (month, email), populate_existing=True)
    row.seen_at = now
    if fields:
        row.field, row.typed_at = fields[-1], now
    session.flush()


def others(session: Session, *, month: str, email: str, now: datetime) -> list[OtherWriter]:
    """Everybody else whose page is open, by address."""
    query = select(WriterPresence).where(
        WriterPresence.month == month,
        WriterPresence.email != email,
        WriterPresence.seen_at > now - AWAY,
    )
    return [
        OtherWriter(row.email, row.field if row.typed_at and row.typed_at > now - TYPING else None)
        for row in session.scalars(query.order_by(WriterPresence.email))
    ]
