"""Tokens for the platform's API. A token is 256 random bits; only its SHA-256 is stored."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kit.bulk import changed
from kit.errors import BadInput, NotFound, Problem, Refused
from tenants.models import ApiToken

PREFIX = "checkin_"
NAME_MAX = 64


class Scope(StrEnum):
    """What a token may do."""

    TENANTS_READ = "tenants:read"
    TENANTS_WRITE = "tenants:write"
    REPLIES_READ = "replies:read"
    SUBMITTED_READ = "submitted:read"
    CHANGES_READ = "changes:read"
    COMPLAINTS_WRITE = "complaints:write"


def add(
    session: Session,
    *,
    name: str,
    scopes: Collection[Scope],
    housing_association: str | None,
    now: datetime,
) -> str:
    """Create a token and return it; it cannot be shown again.

    `submitted:read` is for one housing association, and no other scope goes with it.

    Raises:
        BadInput: the name is empty or too long, or the scopes do not go together.
        Refused: there is a token of that name.
    """
    if problems := list(_problems(name, scopes, housing_association)):
        raise BadInput(problems)
    if session.scalar(select(ApiToken).where(ApiToken.name == name)) is not None:
        raise Refused(f"There is a token “{name}” already; remove it first or choose a new name.")
    token = PREFIX + secrets.token_urlsafe(32)
    session.add(
        ApiToken(
            name=name,
            digest=_digest(token),
            scopes=sorted(scopes),
            housing_association=housing_association,
            created_at=now,
        )
    )
    session.flush()
    return token


def find(session: Session, token: str) -> ApiToken | None:
    """Return the token's row, or None; looked up by digest, so that timing reveals nothing."""
    return session.scalar(select(ApiToken).where(ApiToken.digest == _digest(token)))


def everything(session: Session) -> list[ApiToken]:
    """Every token's row, by name."""
    return list(session.scalars(select(ApiToken).order_by(ApiToken.name)))


def remove(session: Session, *, name: str) -> None:
    """Remove a token; it stops working at once.

    Raises:
        NotFound: there is none of that name.
    """
    if not changed(session, delete(ApiToken).where(ApiToken.name == name)):
        raise NotFound(f"There is no token “{name[:NAME_MAX]}”; `checkin api token list` has them.")


def _problems(
    name: str, scopes: Collection[Scope], housing_association: str | None
) -> list[Problem]:
    problems = []
    if not 0 < len(name.strip()) <= NAME_MAX:
        problems.append(Problem("name", f"write a name of 1 to {NAME_MAX} characters"))
    if not scopes:
        problems.append(Problem("scope", f"choose one or more of {', '.join(Scope)}"))
    is_association = Scope.SUBMITTED_READ in scopes
    if is_association and not housing_association:
        problems.append(Problem("association", "say for which housing association"))
    if is_association and len(set(scopes)) > 1:
        problems.append(Problem("scope", f"{Scope.SUBMITTED_READ} stands alone; make two tokens"))
    if housing_association and not is_association:
        problems.append(Problem("association", f"goes with {Scope.SUBMITTED_READ} only"))
    return problems


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
