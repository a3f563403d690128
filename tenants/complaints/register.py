"""The register of complaints (Data (Use and Access) Act 2025, section 103).

Anybody may complain, tenant or not. A complaint is acknowledged within 30 days, and its outcome is
given without undue delay.
"""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, load_only

from kit.bulk import changed
from kit.clock import london_day
from kit.errors import BadInput, NotFound, Problem
from tenants.models import Complaint
from tenants.roster import addresses
from tenants.roster.addresses import BadAddress

ACKNOWLEDGED_WITHIN = timedelta(days=30)
TEXT_MAX = 4_000
KEY_MAX = 64
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without letters and digits that are easily confused."""
REFERENCE_LENGTH = 8


def receive(
    session: Session,
    *,
    address: str | None,
    text: str,
    source: str,
    now: datetime,
    language: str = "en",
    key: str | None = None,
) -> Complaint:
    """Record a complaint. With an address, it is acknowledged by email at the next tick. A `key`
    that was used before returns the earlier complaint unchanged.

    Raises:
        BadInput: the address cannot be written to, or the text is empty or too long.
    """
    if key is not None and (known := _of_key(session, key)) is not None:
        return known
    if problems := list(_problems(address, text, key)):
        raise BadInput(problems)
    received = Complaint(
        reference=_reference(),
        key=key,
        address=addresses.normalise(address) if address else None,
        language=language,
        text=text.strip(),
        source=source,
        received_at=now,
        acknowledge_by=london_day(now) + ACKNOWLEDGED_WITHIN,
        next_at=now,
    )
    session.add(received)
    session.flush()
    return received


def find(session: Session, reference: str) -> Complaint:
    """The complaint of a reference, locked until the transaction ends.

    Raises:
        NotFound: there is none.
    """
    wanted = select(Complaint).where(Complaint.reference == reference.strip().upper())
    found = session.scalar(wanted.with_for_update())
    if found is None:
        raise NotFound(f"There is no complaint “{reference[:16]}”; see `checkin complaints list`.")
    return found


def mark_acknowledged(session: Session, reference: str, *, now: datetime) -> Complaint:
    """Record that a person acknowledged a complaint, for instance by post."""
    found = find(session, reference)
    found.acknowledged_at = found.acknowledged_at or now
    return found


def record_outcome(
    session: Session, reference: str, *, outcome: str, by: str, now: datetime
) -> Complaint:
    """Record the outcome that the person was told; closing again replaces it.

    Raises:
        NotFound: there is no such complaint.
        BadInput: the outcome is empty or too long, or the complaint was not acknowledged yet.
    """
    found = find(session, reference)
    if not 0 < len(outcome.strip()) <= TEXT_MAX:
        raise BadInput([Problem("outcome", f"write 1 to {TEXT_MAX} characters")])
    if found.acknowledged_at is None:
        raise BadInput([Problem("reference", "acknowledge the complaint first")])
    found.outcome, found.closed_by, found.closed_at = outcome.strip(), by, now
    return found


def unsettled(session: Session) -> Sequence[Complaint]:
    """The complaints without an outcome, the one to acknowledge first on top."""
    still = select(Complaint).where(Complaint.closed_at.is_(None))
    return session.scalars(
        still.order_by(Complaint.acknowledged_at.is_not(None), Complaint.acknowledge_by)
    ).all()


def everything(session: Session) -> Sequence[Complaint]:
    """Every complaint that is still kept, oldest first."""
    return session.scalars(select(Complaint).order_by(Complaint.id)).all()


def next_deadline(session: Session) -> date | None:
    """The last day to acknowledge the most urgent complaint; None if all are acknowledged."""
    waiting = Complaint.acknowledged_at.is_(None), Complaint.closed_at.is_(None)
    return session.scalar(select(func.min(Complaint.acknowledge_by)).where(*waiting))


def days_left(deadline: date, now: datetime) -> int:
    """Days until a deadline in London; negative once it has passed."""
    return (deadline - london_day(now)).days


def purge(session: Session, *, before: datetime) -> int:
    """Delete the complaints that were closed before a moment; returns how many."""
    return changed(session, delete(Complaint).where(Complaint.closed_at < before))


def _of_key(session: Session, key: str) -> Complaint | None:
    """Only what its sender may know: the portal's role reads no more."""
    known = load_only(
        Complaint.reference,
        Complaint.received_at,
        Complaint.acknowledge_by,
        Complaint.acknowledged_at,
        Complaint.closed_at,
    )
    return session.scalar(select(Complaint).where(Complaint.key == key).options(known))


def _problems(address: str | None, text: str, key: str | None) -> Sequence[Problem]:
    found = []
    if address:
        try:
            addresses.normalise(address)
        except BadAddress as error:
            found.append(Problem("address", str(error)))
    if not 0 < len(text.strip()) <= TEXT_MAX:
        found.append(Problem("text", f"write 1 to {TEXT_MAX} characters"))
    if key is not None and not 0 < len(key) <= KEY_MAX:
        found.append(Problem("key", f"write 1 to {KEY_MAX} characters"))
    return found


def _reference() -> str:
    return "C-" + "".join(secrets.choice(LETTERS) for _ in range(REFERENCE_LENGTH))
