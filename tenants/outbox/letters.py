"""The platform's own few emails: written down here in the transaction they belong to, sent later.

A letter names its tenant, not an address, so that it goes to the address of the day it is sent on,
and is gone with the tenant. It carries no secret: a code is worked out when it is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kit.bulk import changed
from tenants.models import Letter, Tenant

FIRST_RETRY = timedelta(minutes=1)
LAST_RETRY = timedelta(hours=6)


class Kind(StrEnum):
    """What a letter says; each has its template in `templates/letters/`."""

    CODE = "code"
    OPENED = "opened"
    FRESH_LINK = "fresh_link"
    SECOND_USE = "second_use"


LIVES = {
    Kind.CODE: timedelta(minutes=15),
    Kind.OPENED: timedelta(days=14),
    Kind.FRESH_LINK: timedelta(hours=6),
    Kind.SECOND_USE: timedelta(days=7),
}
"""How long a letter is worth sending."""


@dataclass(frozen=True, slots=True)
class Due:
    """A letter that was claimed: where it goes and what it says."""

    id: int
    kind: Kind
    address: str
    language: str
    details: Mapping[str, Any]


def write(
    session: Session, *, tenant_id: int, kind: Kind, details: Mapping[str, Any], now: datetime
) -> None:
    """Have a letter sent at the next tick. `details` are JSON values for its template."""
    session.add(
        Letter(
            tenant_id=tenant_id,
            kind=kind,
            details=dict(details),
            next_at=now,
            not_after=now + LIVES[kind],
        )
    )
    session.flush()


def claim(session: Session, *, now: datetime) -> Due | None:
    """The next letter that is due, put off so that nobody else takes it meanwhile.

    Commit before sending. A letter whose sender died comes up again; two of one are no harm.
    """
    waiting = select(Letter).where(Letter.next_at <= now, Letter.not_after > now)
    letter = session.scalar(
        waiting.order_by(Letter.next_at, Letter.id).limit(1).with_for_update(skip_locked=True)
    )
    if letter is None:
        return None
    letter.next_at = now + min(FIRST_RETRY * 2**letter.attempts, LAST_RETRY)
    letter.attempts += 1
    tenant = session.get_one(Tenant, letter.tenant_id)
    return Due(letter.id, Kind(letter.kind), tenant.email, tenant.language, letter.details)


def are_waiting(session: Session, *, now: datetime) -> bool:
    """Whether any letter still waits to be sent, now or later."""
    return session.scalar(select(Letter.id).where(Letter.not_after > now).limit(1)) is not None


def sent(session: Session, letter_id: int) -> None:
    """Forget a letter that SES accepted."""
    session.execute(delete(Letter).where(Letter.id == letter_id))


def purge(session: Session, *, now: datetime) -> int:
    """Delete the letters that are no longer worth sending; returns how many."""
    return changed(session, delete(Letter).where(Letter.not_after <= now))
