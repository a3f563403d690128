"""Sign-in by a one-time link sent by email.

The link contains a random id, signed for this purpose alone; the row in `sign_ins` says whose it
is, when it expires and whether it was used.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from campaigns import audit, staff
from campaigns.models import SignIn, Staff
from kit import ids
from kit.bulk import changed
from links import signing
from links.errors import LinkInvalid
from links.signing import Purpose

LINK_LIFETIME = timedelta(minutes=15)
LIVE_LINKS_MAX = 3
KEPT_AFTER_EXPIRY = timedelta(days=1)


def new_link(
    session: Session, *, email: str, keys: Sequence[bytes], console_url: str, now: datetime
) -> str:
    """Return a new sign-in link for a member of staff, valid once and for 15 minutes.

    Raises:
        NotFound: nobody on staff has this address.
    """
    member = staff.find(session, email)
    session.execute(delete(SignIn).where(SignIn.expires_at < now - KEPT_AFTER_EXPIRY))
    link_id = ids.new_link_id()
    session.add(SignIn(id=link_id, email=member.email, expires_at=now + LINK_LIFETIME))
    return f"{console_url}/sign-in/{signing.sign(keys, Purpose.SIGN_IN, link_id)}"


def may_have_another(session: Session, *, email: str, now: datetime) -> bool:
    """Whether fewer than three links sent to this address are still within their 15 minutes."""
    live = select(func.count()).where(SignIn.email == email.lower(), SignIn.expires_at > now)
    return (session.scalar(live) or 0) < LIVE_LINKS_MAX


def is_open(session: Session, *, token: str, keys: Sequence[bytes], now: datetime) -> bool:
    """Whether this link would be accepted now; changes nothing."""
    try:
        link_id = signing.verify(keys, Purpose.SIGN_IN, token)
    except LinkInvalid:
        return False
    row = session.get(SignIn, link_id)
    return row is not None and row.used_at is None and row.expires_at > now


def accept(session: Session, *, token: str, keys: Sequence[bytes], now: datetime) -> Staff:
    """Use the link and return who signs in; of two concurrent requests one is accepted.

    Raises:
        LinkInvalid: altered, of another purpose, expired, used, or its owner has left.
    """
    link_id = signing.verify(keys, Purpose.SIGN_IN, token)
    spent = (
        update(SignIn)
        .where(SignIn.id == link_id, SignIn.used_at.is_(None), SignIn.expires_at > now)
        .values(used_at=now)
    )
    if changed(session, spent) != 1:
        raise LinkInvalid
    member = session.scalars(
        select(Staff).join(SignIn, SignIn.email == Staff.email).where(SignIn.id == link_id)
    ).one()
    audit.record(session, who=member.email, action="signed in", now=now)
    return member


def end_everywhere(session: Session, *, email: str, by: str, now: datetime) -> None:
    """End every session of a person and withdraw their unused links."""
    staff.end_sessions(session, email=email, by=by, now=now)
    session.execute(
        update(SignIn)
        .where(SignIn.email == email.lower(), SignIn.used_at.is_(None))
        .values(used_at=now)
    )
