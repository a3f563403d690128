"""Redirect a month's mail when a tenant's address changes after the list was made.

Consent belongs to the tenancy, so it holds for the new address. The mail gets links of its own
there, because those of the old address ended with the change. A mail that was claimed already goes
to the old address, which had consented, with links that do nothing. If the new address is on the
list already or may not be mailed, the old one is only suppressed. Another tenant with the old
address, whom this mail would have reached too, is mailed the month after.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from campaigns.handover import AddressChange
from kit import bulk
from kit.clock import london_day
from links import ledger, signing
from links.mail_links import LinkWriter
from tenants.eligibility import eligible, held_back
from tenants.models import Mark, Tenant


def waiting_changes(session: Session) -> Sequence[Mark]:
    """Return the marks at the old addresses of tenants who have another one, oldest first."""
    return session.scalars(select(Mark).where(Mark.tenant_id.is_not(None)).order_by(Mark.id)).all()


def changes(
    session: Session,
    marks: Sequence[Mark],
    *,
    links: LinkWriter,
    now: datetime,
) -> list[AddressChange]:
    """Return each change to an address that may be mailed, for each open month.

    `links` writes the URLs of a link id (`links.mail_links.link_writer`).
    """
    moves = [(mark.tenant_id, mark.address) for mark in marks if mark.tenant_id is not None]
    present = {
        tenant_id: address
        for address, tenant_id in moved_recipients(session, marks, now=now).items()
    }
    listed = ledger.open_monthly(session, list(present), today=london_day(now))
    return [
        AddressChange(
            month, address, present[tenant_id], signing.token_prefix(carried), *links(theirs_now)
        )
        for tenant_id, address in moves
        for of, month, carried, theirs_now in listed
        if of == tenant_id and (address, carried) != (present[tenant_id], theirs_now)
    ]


def moved_recipients(session: Session, marks: Sequence[Mark], *, now: datetime) -> dict[str, int]:
    """Return the current addresses of tenants whose address changed, each with its tenancy.

    As on any list: for each address the oldest tenancy, and none if one of them is held back.
    """
    today = london_day(now)
    moved = {mark.tenant_id for mark in marks if mark.tenant_id is not None}
    addresses = select(Tenant.email).where(bulk.any_of(session, Tenant.id, list(moved)))
    chosen = func.min(case((eligible(today), Tenant.id)))
    closed = func.max(case((held_back(today), 1), else_=0))
    found = (
        select(Tenant.email, chosen)
        .where(Tenant.email.in_(addresses))
        .group_by(Tenant.email)
        .having(chosen.is_not(None), closed == 0)
    )
    return {
        address: tenant_id for address, tenant_id in session.execute(found) if tenant_id in moved
    }
