"""Data sessions: a code sent to an address opens a short session to see one's own data.

Every code that was mailed in the last hour and not used yet opens any page that asks for a code of
the same address. So whoever floods an address with requests takes nothing from its owner: the inbox
always holds a code that works, however few are mailed.

A code is derived from its random number and the link keys (`tenants.outbox.codes`). For an address
that is not on the roster there is a page too; it never opens.

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
STILL_GOOD = timedelta(minutes=10)
"""Beyond these numbers one more is mailed whenever the newest is good for less than this."""


class CodeRefusal(Enum):
    """Why a code opened nothing."""

    WRONG = "wrong"
    WHICH = "which"
    OVER = "over"


def request_code(session: Session, *, address: str, keys: Sequence[bytes], now: datetime) -> bytes:
    """Begin a data session for a normalised address; returns its number in any case.

    Mails a code if the address is on the roster, unless enough were mailed that still work.
    """
    digest = _digest(keys[-1], address)
    sharing = _sharing(session, address)
    tenant_id = sharing[0].id if sharing else None
    page = DataSession(id=random_id(), address_digest=digest, tenant_id=tenant_id, asked_at=now)
    session.add(page)
    if tenant_id is not None and _may_mail(session, digest, now):
        _mail_code(session, digest, tenant_id, now=now)
    session.flush()
    return page.id


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
    counted: wrong codes of a page, and wrong references of a code, on whichever page.

    `ref` is the account's reference; capitals and spaces around it make no difference.
    """
    page = session.scalar(select(DataSession).where(DataSession.id == session_id).with_for_update())
    if page is None or page.opened_at or page.asked_at <= now - CODE_LIVES or _is_used_up(page):
        return CodeRefusal.OVER
    page.attempts += 1
    mailed = _matching(session, page, code, keys=keys, now=now)
    if mailed is None:
        return CodeRefusal.OVER if _is_used_up(page) else CodeRefusal.WRONG
    return _open(session, page, mailed, ref=ref, now=now)


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


def _mail_code(session: Session, digest: bytes, tenant_id: int, *, now: datetime) -> None:
    code = DataSession(
        id=random_id(), address_digest=digest, tenant_id=tenant_id, mailed=True, asked_at=now
    )
    session.add(code)
    details = {"visit": code.id.hex()}
    letters.write(session, tenant_id=tenant_id, kind=Kind.CODE, details=details, now=now)


def _matching(
    session: Session, page: DataSession, code: str, *, keys: Sequence[bytes], now: datetime
) -> DataSession | None:
    """Return the mailed code that was typed, locked; None if it is none of the page's address."""
    mailed = select(DataSession).where(
        DataSession.address_digest == page.address_digest,
        DataSession.mailed,
        DataSession.attempts < TRIES,
        DataSession.asked_at > now - CODE_LIVES,
    )
    found = session.scalars(mailed.order_by(DataSession.asked_at).with_for_update())
    fitting = [each for each in found if codes.matches(keys, each.id, code)]
    return fitting[0] if fitting else None


def _open(
    session: Session, page: DataSession, mailed: DataSession, *, ref: str, now: datetime
) -> bytes | CodeRefusal:
    """Open the session under a new number: the old one was in a page before the code was known."""
    known = session.get(Tenant, mailed.tenant_id)
    if known is None:
        return CodeRefusal.OVER
    typed = ref.strip().casefold()
    sharing = _sharing(session, known.email)
    chosen = [tenant for tenant in sharing if tenant.tenant_ref.casefold() == typed]
    if len(chosen) != 1:
        mailed.attempts += 1
        spent = _is_used_up(page) or _is_used_up(mailed)
        return CodeRefusal.OVER if spent else CodeRefusal.WHICH
    mailed.attempts = TRIES
    opened = random_id()
    session.flush()
    session.execute(
        update(DataSession)
        .where(DataSession.id == page.id)
        .values(id=opened, tenant_id=chosen[0].id, opened_at=now)
        .execution_options(synchronize_session=False)
    )
    session.expunge(page)
    return opened


def _is_used_up(tried: DataSession) -> bool:
    return tried.attempts >= TRIES


def _sharing(session: Session, address: str) -> list[Tenant]:
    """Return the tenancies with this address, oldest first."""
    found = select(Tenant).where(Tenant.email == address).order_by(Tenant.id)
    return list(session.scalars(found))


def _may_mail(session: Session, digest: bytes, now: datetime) -> bool:
    """Whether few were mailed lately, or the newest is about to end."""
    too_many = any(_mailed(session, digest, now - span) >= most for span, most in MAILS.items())
    return not too_many or not _mailed(session, digest, now - (CODE_LIVES - STILL_GOOD))


def _mailed(session: Session, digest: bytes, after: datetime) -> int:
    """Return how many codes were mailed to an address after a moment."""
    recent = (
        DataSession.address_digest == digest,
        DataSession.mailed,
        DataSession.asked_at > after,
    )
    return session.scalar(select(func.count()).where(*recent)) or 0


def _digest(key: bytes, address: str) -> bytes:
    return hmac.digest(key, b"checkin.visits.address:" + address.encode(), hashlib.sha256)
