"""Tokens with which a member of staff's script fetches the released figures, and nothing else.

A token is 256 random bits; only its SHA-256 is kept. It ends with its owner's row.
"""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from campaigns import audit, staff
from campaigns.models import Staff, StaffToken
from kit.bulk import changed
from kit.errors import BadInput, NotFound, Problem, Refused

PREFIX = "checkin_figures_"
NAME_MAX = 64


def add(session: Session, *, email: str, name: str, by: str, now: datetime) -> str:
    """Make a token for somebody on staff and return it: it is shown this once only.

    Raises:
        NotFound: nobody on staff has this address.
        BadInput: the name is empty or too long.
        Refused: there is a token of that name.
    """
    owner, named = staff.find(session, email), name.strip()
    if not 0 < len(named) <= NAME_MAX:
        raise BadInput([Problem("name", f"write a name of 1 to {NAME_MAX} characters")])
    if session.get(StaffToken, named) is not None:
        raise Refused(f"There is a token “{named}” already; remove it first or choose a new name.")
    token = PREFIX + secrets.token_urlsafe(32)
    session.add(StaffToken(name=named, email=owner.email, digest=_digest(token), added_at=now))
    session.flush()
    audit.record(session, who=by, action="token added", now=now, email=owner.email, name=named)
    return token


def owner_of(session: Session, token: str) -> Staff | None:
    """Whose token it is, or None. Found by its digest, so its bytes cannot be timed."""
    owned = select(Staff).join(StaffToken, StaffToken.email == Staff.email)
    return session.scalar(owned.where(StaffToken.digest == _digest(token)))


def everything(session: Session) -> list[StaffToken]:
    """Every token's row, by name."""
    return list(session.scalars(select(StaffToken).order_by(StaffToken.name)))


def remove(session: Session, *, name: str, by: str, now: datetime) -> None:
    """Remove a token; it stops working at once.

    Raises:
        NotFound: there is none of that name.
    """
    if not changed(session, delete(StaffToken).where(StaffToken.name == name)):
        raise NotFound(
            f"There is no token “{name[:NAME_MAX]}”; `checkin staff token list` shows all."
        )
    audit.record(session, who=by, action="token removed", now=now, name=name)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
