"""The platform's own emails: queued in the transaction that causes them, sent later.

A letter refers to a tenant, not an address: it goes to the tenant's address when it is sent, and is
deleted with the tenant. It holds no secret: a code is derived when the letter is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from kit.bulk import changed
from tenants.models import Letter, Tenant

LETTERS: Table = Letter.metadata.tables[Letter.__tablename__]
FIRST_RETRY = timedelta(minutes=1)
LAST_RETRY = timedelta(hours=6)


class Kind(StrEnum):
    """The kind of a letter; each has a template in `templates/languages/*/letters/`."""

    CODE = "code"
    OPENED = "opened"
    FRESH_LINK = "fresh_link"
    SECOND_USE = "second_use"
    EARLIER_ADDRESS = "earlier_address"


LIVES = {
    Kind.CODE: timedelta(hours=1),
    Kind.OPENED: timedelta(days=14),
    Kind.FRESH_LINK: timedelta(hours=6),
    Kind.SECOND_USE: timedelta(days=7),
    Kind.EARLIER_ADDRESS: timedelta(days=7),
}
"""How long a letter may wait before it is dropped."""


OPENING = (Kind.CODE, Kind.FRESH_LINK, Kind.SECOND_USE, Kind.EARLIER_ADDRESS)
"""Letters that open something, for whoever reads the inbox."""


@dataclass(frozen=True, slots=True)
class Due:
    """A claimed letter: its address, kind and details."""

    id: int
    kind: Kind
    address: str
    language: str
    details: Mapping[str, Any]


def write(
    session: Session, *, tenant_id: int, kind: Kind, details: Mapping[str, Any], now: datetime
) -> None:
    """Queue a letter. `details` are JSON values for its template."""
    row = {
        "tenant_id": tenant_id,
        "kind": kind,
        "details": dict(details),
        "next_at": now,
        "not_after": now + LIVES[kind],
    }
    session.execute(insert(LETTERS), row)


def claim(session: Session, *, now: datetime) -> Due | None:
    """Claim the next letter that is due, by postponing it so that nobody else takes it.

    Commit before sending. A letter whose sender died is claimed again; receiving it twice does no
    harm.
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
    """Whether any letter is still waiting, even for a later attempt."""
    return session.scalar(select(Letter.id).where(Letter.not_after > now).limit(1)) is not None


def sent(session: Session, letter_id: int) -> None:
    """Delete a letter that SES accepted."""
    session.execute(delete(Letter).where(Letter.id == letter_id))


def purge(session: Session, *, now: datetime) -> int:
    """Delete the letters that waited too long; returns how many."""
    return changed(session, delete(Letter).where(Letter.not_after <= now))
