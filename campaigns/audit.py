"""Who did what, when. Written in the transaction of the action itself.

Rows are only ever added; triggers on the table refuse anything else (migration 0002).
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.models import AuditEntry


def record(
    session: Session,
    *,
    who: str,
    action: str,
    now: datetime,
    month: str | None = None,
    **detail: object,
) -> None:
    """Add one entry. `who` is a staff address or the part that acted; `detail` must be JSON."""
    session.add(AuditEntry(at=now, who=who, action=action, month=month, detail=detail))


def entries(
    session: Session,
    *,
    month: str | None = None,
    who: str | None = None,
    before: int | None = None,
    limit: int | None = 100,
) -> list[AuditEntry]:
    """The newest entries first; of one month, of one person, and older than the id `before`."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if month:
        query = query.where(AuditEntry.month == month)
    if who:
        query = query.where(AuditEntry.who == who)
    if before:
        query = query.where(AuditEntry.id < before)
    return list(session.scalars(query))


def people(session: Session) -> list[str]:
    """Return every person and process in the audit, in order."""
    return list(session.scalars(select(AuditEntry.who).distinct().order_by(AuditEntry.who)))


def months(session: Session) -> list[str]:
    """Return every month in the audit, the newest first."""
    found = select(AuditEntry.month).where(AuditEntry.month.is_not(None)).distinct()
    return sorted((month for month in session.scalars(found) if month), reverse=True)
