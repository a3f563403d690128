"""What somebody typed and has not saved as a version: kept per month and person, never checked.

A version has to be fit to become an email; a text in the middle of a sentence is not. It is kept
here, so that nothing typed is lost to a closed window or a session that ended.
"""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from campaigns.content.fields import Content
from campaigns.models import WorkingCopy


def find(session: Session, *, month: str, email: str) -> WorkingCopy | None:
    """What this person typed for the month, if anything is kept."""
    return session.get(WorkingCopy, (month, email))


def keep(
    session: Session, *, month: str, email: str, base: int, content: Content, now: datetime
) -> WorkingCopy:
    """Keep what was typed on top of version `base`, in place of what was kept before."""
    copy = find(session, month=month, email=email)
    if copy is None:
        copy = WorkingCopy(month=month, email=email)
        session.add(copy)
    copy.base_version, copy.content, copy.kept_at = base, content.as_json(), now
    session.flush()
    return copy


def drop(session: Session, *, month: str, email: str) -> None:
    """Forget what was typed: it was saved, or is not wanted."""
    session.execute(
        delete(WorkingCopy).where(WorkingCopy.month == month, WorkingCopy.email == email)
    )
