"""Issue, look up, spend and delete links. Platform side only."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    insert,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from kit import bulk
from kit.ids import new_link_id as new_id
from links.errors import LinkExpired, LinkMissing
from links.models import Link

STOP_LINKS_LIVE = timedelta(days=60)
"""How long after its last day for a reply a link can still stop the emails."""

COLUMNS = ("id", "tenant_id", "month", "monthly", "issued_on", "expires_on")
TABLE: Table = Link.metadata.tables[Link.__tablename__]

ISSUED = select(TABLE.c.month, TABLE.c.expires_on, TABLE.c.tenant_id, TABLE.c.formerly_of).where(
    TABLE.c.id == bindparam("link_id")
)
SPENT = (
    update(TABLE)
    .where(
        TABLE.c.id == bindparam("link_id"),
        TABLE.c.spent_on.is_(None),
        TABLE.c.expires_on >= bindparam("today"),
        TABLE.c.tenant_id.is_not(None),
    )
    .values(spent_on=bindparam("today"))
    .returning(TABLE.c.tenant_id, TABLE.c.month)
)
"""The statement that spends a link and returns its tenant and month."""


class IssuedLink(NamedTuple):
    """A link's month, last day for a reply, and tenant; see `links.models.Link`."""

    month: str
    expires_on: date
    tenant_id: int | None
    formerly_of: int | None

    @property
    def addressee(self) -> int | None:
        """The tenant who is written to about the link; None once erased."""
        return self.formerly_of if self.tenant_id is None else self.tenant_id


class SpentLink(NamedTuple):
    """The tenant and the month of a link that was just spent."""

    tenant_id: int
    month: str


def issue_monthly(
    session: Session, *, tenant_ids: Sequence[int], month: str, issued_on: date, expires_on: date
) -> dict[int, bytes]:
    """Return each tenant's link id for the month, issuing those that are missing.

    Called again, it returns the same ids. Meant for batches of up to some 10,000 tenants.
    `expires_on` is the last day for a reply.
    """
    bulk.lock(session, f"links {month}")
    issued = _issued(session, tenant_ids, month)
    fresh = {tenant: new_id() for tenant in dict.fromkeys(tenant_ids) if tenant not in issued}
    rows = ((link, tenant, month, True, issued_on, expires_on) for tenant, link in fresh.items())
    bulk.insert_many(session, TABLE, COLUMNS, rows)
    return issued | fresh


def issue_fresh(
    session: Session, *, tenant_id: int, month: str, issued_on: date, expires_on: date
) -> bytes:
    """Issue one more link for a month to a tenant who asked for another by email."""
    link_id = new_id()
    row = (link_id, tenant_id, month, False, issued_on, expires_on)
    session.execute(insert(TABLE), dict(zip(COLUMNS, row, strict=True)))
    return link_id


def take_away(session: Session, tenant_ids: Sequence[int], *, today: date) -> None:
    """Take all their links from tenants who have another address.

    Each month that still accepts replies gets another monthly link, for the mail that may not have
    left yet.
    """
    listed = select(Link.tenant_id, Link.month, Link.expires_on).where(
        bulk.any_of(session, Link.tenant_id, tenant_ids), Link.monthly, Link.expires_on >= today
    )
    rows = [
        (new_id(), tenant_id, month, True, today, expires_on)
        for tenant_id, month, expires_on in session.execute(listed)
    ]
    theirs = _either(bulk.any_of(session, Link.tenant_id, tenant_ids))
    session.execute(
        update(Link)
        .where(theirs)
        .values(formerly_of=Link.tenant_id, tenant_id=None)
        .execution_options(synchronize_session=False)
    )
    bulk.insert_many(session, TABLE, COLUMNS, rows)


def look_up(connection: Connection, link_id: bytes, *, today: date | None = None) -> IssuedLink:
    """Return a link, spent or not.

    With `today`, a link whose last day for a reply is over raises LinkExpired. Without it, the link
    is returned: it can stop the emails until it is purged.

    Raises:
        LinkMissing: no such link was issued, or it was purged.
        LinkExpired: its last day for a reply is over.
    """
    found = connection.execute(ISSUED, {"link_id": link_id}).one_or_none()
    if found is None:
        raise LinkMissing
    link = IssuedLink(*found)
    if today is not None and today > link.expires_on:
        raise LinkExpired
    return link


def spend(session: Session, link_id: bytes, *, today: date) -> SpentLink | None:
    """Spend a link and return it; of any number of concurrent callers, one gets it.

    None if it is spent, missing or expired, or if it belongs to nobody.
    """
    given = {"link_id": link_id, "today": today}
    found = session.connection().execute(SPENT, given).one_or_none()
    return None if found is None else SpentLink(*found)


def open_monthly(
    session: Session, tenant_ids: Sequence[int], *, today: date
) -> list[tuple[int, str, bytes, bytes]]:
    """Return each link that a mail of an open month may carry, as (tenant, month, it, theirs now).

    The two differ where the tenant's address changed since (`take_away`).
    """

    def of(column: InstrumentedAttribute[int | None]) -> list[tuple[int, str, bytes]]:
        found = select(column, Link.month, Link.id).where(
            bulk.any_of(session, column, tenant_ids), Link.monthly, Link.expires_on >= today
        )
        return [(of, month, id_) for of, month, id_ in session.execute(found) if of is not None]

    now = {(of, month): id_ for of, month, id_ in of(Link.tenant_id)}
    carried = of(Link.tenant_id) + of(Link.formerly_of)
    return [(of, month, id_, now[of, month]) for of, month, id_ in carried if (of, month) in now]


def monthly_holders(
    session: Session, tenant_ids: Sequence[int], *, today: date | None = None
) -> set[int]:
    """Return which of some tenants have a monthly link: any, or one that still accepts a reply."""
    theirs = bulk.any_of(session, Link.tenant_id, tenant_ids), Link.monthly
    found = select(Link.tenant_id).where(*theirs)
    if today is not None:
        found = found.where(Link.expires_on >= today)
    return {of for of in session.scalars(found) if of is not None}


def of_tenant(session: Session, tenant_id: int) -> list[Link]:
    """Return the links that are or were a tenant's and not purged, oldest first."""
    order = (Link.issued_on, Link.month, Link.id)
    return list(session.scalars(select(Link).where(_ever_of(tenant_id)).order_by(*order)))


def forget_tenant(session: Session, tenant_id: int) -> None:
    """Detach a tenant's links from the tenant; they open as before but belong to nobody."""
    forgotten = {"tenant_id": None, "formerly_of": None}
    session.execute(update(Link).where(_ever_of(tenant_id)).values(forgotten))


def purge(
    session: Session,
    *,
    today: date,
    keep: timedelta = STOP_LINKS_LIVE,
    listed: timedelta = timedelta(0),
) -> int:
    """Delete links whose last day for a reply is more than `keep` ago; returns how many.

    A monthly link says that its tenant was on that month's list; it stays at least `listed`.
    """
    is_over = Link.expires_on < today - keep
    is_known = and_(Link.monthly, Link.issued_on >= today - listed)
    return bulk.changed(session, delete(Link).where(is_over, not_(is_known)))


def _issued(session: Session, tenant_ids: Sequence[int], month: str) -> dict[int, bytes]:
    tenant = bulk.as_column(session, tenant_ids)
    link = (
        select(TABLE.c.id)
        .where(TABLE.c.tenant_id == tenant, TABLE.c.month == month, TABLE.c.monthly)
        .scalar_subquery()
    )
    return {issued_to: id_ for issued_to, id_ in session.execute(select(tenant, link)) if id_}


def _ever_of(tenant_id: int) -> ColumnElement[bool]:
    return or_(_either(Link.tenant_id == tenant_id), Link.formerly_of == tenant_id)


def _either(theirs: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition, written like the two partial indexes so that each half uses its own."""
    return or_(and_(theirs, Link.monthly), and_(theirs, not_(Link.monthly)))
