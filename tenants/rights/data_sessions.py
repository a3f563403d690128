"""Data sessions: a code sent to an address opens a short session to see one's own data.

The code is derived from the session's random number and the link keys (`tenants.outbox.codes`). For
an address that is not on the roster a session is created too; it never opens.

Others may read an inbox: people who share it, or somebody who controls the tenant. So a code opens
one tenancy, and only with that account's reference, which stands in no email.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from kit.bulk import changed
from kit.ids import new_link_id as random_id
from tenants.models import DataSession, Tenant
from tenants.outbox import codes, letters
from tenants.outbox.letters import Kind
from tenants.rights import rights

CODE_LIVES = letters.LIVES[Kind.CODE]
SESSION_LIVES = timedelta(minutes=30)
TRIES = 5
KEPT = timedelta(days=1)
MAILS = {timedelta(hours=1): 3, KEPT: 6}
"""How many codes are mailed to one address in a period, whoever asks for them."""


class CodeRefusal(Enum):
    """Why a code opened nothing."""

    WRONG = "wrong"
    WHICH = "which"
    OVER = "over"


def request_code(session: Session, *, address: str, keys: Sequence[bytes], now: datetime) -> bytes:
    """Begin a data session for a normalised address; returns its number in any case.

    Mails a code if the address is on the roster and was not mailed too often.
    """
    digest = _digest(keys[-1], address)
    sharing = _sharing(session, address)
    found = DataSession(
        id=random_id(),
        address_digest=digest,
        tenant_id=sharing[0].id if sharing else None,
        mailed=bool(sharing) and _may_mail(session, digest, now),
        asked_at=now,
    )
    session.add(found)
    session.flush()
    if found.mailed:
        details = {"visit": found.id.hex()}
        letters.write(session, tenant_id=sharing[0].id, kind=Kind.CODE, details=details, now=now)
    return found.id


def enter(
    session: Session,
    *,
    session_id: bytes,
    code: str,
    ref: str,
    keys: Sequence[bytes],
    now: datetime,
) -> bytes | CodeRefusal:
    """Try a code; returns the number of the open session. Commit in any case, because tries are
    counted.

    `ref` is the account's reference; capitals and spaces around it make no difference.
    """
    found = session.scalar(
        select(DataSession).where(DataSession.id == session_id).with_for_update()
    )
    if found is None or found.opened_at or found.asked_at <= now - CODE_LIVES:
        return CodeRefusal.OVER
    if found.attempts >= TRIES:
        return CodeRefusal.OVER
    found.attempts += 1
    fits = codes.matches(keys, session_id, code)
    if not fits or found.tenant_id is None or not found.mailed:
        return CodeRefusal.OVER if found.attempts >= TRIES else CodeRefusal.WRONG
    return _open(session, found, ref=ref, now=now)


def tenant_of(session: Session, session_id: bytes, *, now: datetime) -> Tenant | None:
    """Return the tenant of an open session, locked; None if it ended or the tenant was erased."""
    found = session.get(DataSession, session_id)
    if found is None or found.tenant_id is None or found.opened_at is None:
        return None
    return (
        None if found.opened_at <= now - SESSION_LIVES else rights.by_id(session, found.tenant_id)
    )


def ends_at(session: Session, session_id: bytes) -> datetime:
    """Return when an open session closes by itself."""
    opened_at = session.get_one(DataSession, session_id).opened_at
    if opened_at is None:
        raise ValueError("the session is not open")
    return opened_at + SESSION_LIVES


def end_session(session: Session, session_id: bytes) -> None:
    """Close a session."""
    session.execute(delete(DataSession).where(DataSession.id == session_id))


def purge(session: Session, *, now: datetime) -> int:
    """Delete the sessions that are over; returns how many."""
    return changed(session, delete(DataSession).where(DataSession.asked_at <= now - KEPT))


def _open(session: Session, found: DataSession, *, ref: str, now: datetime) -> bytes | CodeRefusal:
    """Open the session under a new number: the old one was in a page before the code was known."""
    known = session.get(Tenant, found.tenant_id)
    if known is None:
        return CodeRefusal.OVER
    sharing = _sharing(session, known.email)
    typed = ref.strip().casefold()
    chosen = [tenant for tenant in sharing if tenant.tenant_ref.casefold() == typed]
    if len(chosen) != 1:
        return CodeRefusal.OVER if found.attempts >= TRIES else CodeRefusal.WHICH
    opened = random_id()
    session.flush()
    session.execute(
        update(DataSession)
        .where(DataSession.id == found.id)
        .values(id=opened, tenant_id=chosen[0].id, opened_at=now)
        .execution_options(synchronize_session=False)
    )
    session.expunge(found)
    return opened


def _sharing(session: Session, address: str) -> list[Tenant]:
    """Return the tenancies with this address, oldest first."""
    found = select(Tenant).where(Tenant.email == address).order_by(Tenant.id)
    return list(session.scalars(found))


def _may_mail(session: Session, digest: bytes, now: datetime) -> bool:
    for span, most in MAILS.items():
        recent = (
            DataSession.address_digest == digest,
            DataSession.mailed,
            DataSession.asked_at > now - span,
        )
        if (session.scalar(select(func.count()).where(*recent)) or 0) >= most:
            return False
    return True


def _digest(key: bytes, address: str) -> bytes:
    return hmac.digest(key, b"checkin.visits.address:" + address.encode(), hashlib.sha256)
