"""Who works here and what they may do."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import audit
from campaigns.models import Role, Staff
from kit.errors import BadInput, NotFound, Problem, Refused


def add(session: Session, *, email: str, roles: Iterable[Role], by: str, now: datetime) -> Staff:
    """Add somebody, or give somebody who is here more roles."""
    address = _address(email)
    granted = set(roles)
    member = session.get(Staff, address)
    if member is None:
        member = Staff(email=address, roles=sorted(granted), added_at=now, sessions_from=now)
        session.add(member)
    else:
        member.roles = sorted(granted | set(member.roles))
    audit.record(session, who=by, action="staff added", now=now, email=address, roles=member.roles)
    return member


def remove(session: Session, *, email: str, by: str, now: datetime) -> None:
    """Remove somebody; their sessions end with their row."""
    session.delete(find(session, email))
    audit.record(session, who=by, action="staff removed", now=now, email=email.strip().lower())


def set_roles(
    session: Session, *, email: str, roles: Iterable[Role], by: str, now: datetime
) -> Staff:
    """Give somebody exactly these roles; BadInput if there is none among them."""
    member = find(session, email)
    granted: list[str] = [*sorted(set(roles))]
    if not granted:
        raise BadInput([Problem("roles", "Choose at least one role, or remove the person.")])
    if granted != member.roles:
        member.roles = granted
        audit.record(
            session, who=by, action="roles changed", now=now, email=member.email, roles=granted
        )
    return member


def sign_out(session: Session, *, email: str, name: str, kept_from: str, now: datetime) -> None:
    """End one session, and forget those ended before whose name is below `kept_from`."""
    member = session.get_one(Staff, email, with_for_update=True)
    kept = [each for each in member.signed_out.splitlines() if each >= kept_from]
    member.signed_out = "\n".join([*kept, name])
    audit.record(session, who=email, action="signed out", now=now)


def end_sessions(session: Session, *, email: str, by: str, now: datetime) -> None:
    """End every session of somebody that has begun, at this very moment too."""
    member = find(session, email)
    member.sessions_from = now + timedelta(microseconds=1)
    audit.record(session, who=by, action="signed out everywhere", now=now, email=member.email)


def find(session: Session, email: str) -> Staff:
    """The member of staff with this address; NotFound if there is none."""
    member = session.get(Staff, email.strip().lower())
    if member is None:
        raise NotFound(f"{email} is not on the staff list; add them with `checkin staff add`.")
    return member


def require(session: Session, email: str, *roles: Role) -> Staff:
    """The member of staff, if they hold one of `roles`; Refused otherwise."""
    member = find(session, email)
    if not set(roles) & set(member.roles):
        raise Refused(
            f"{member.email} is not {' or '.join(_with_article(role) for role in roles)}."
        )
    return member


def everybody(session: Session) -> list[Staff]:
    """All staff, by address."""
    return list(session.scalars(select(Staff).order_by(Staff.email)))


def _address(email: str) -> str:
    try:
        return validate_email(email, check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise BadInput([Problem("email", f"{email!r} is not an email address: {error}")]) from None


def _with_article(role: Role) -> str:
    return f"an {role}" if role[0] in "aeiou" else f"a {role}"
