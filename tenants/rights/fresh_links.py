"""Send a fresh link to a tenant whose link was spent or has ended, by email only.

An old link is enough to ask for one, because asking reveals nothing: the page is the same for every
tenant, and the email goes to the tenant.
"""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kit.clock import london_day
from links import ledger
from links.errors import LinkMissing
from links.ledger import IssuedLink
from links.models import Link
from replies.form import rounds
from tenants.models import Tenant
from tenants.outbox import letters
from tenants.outbox.letters import Kind
from tenants.rights import rights

A_DAY = 3


def request_link(session: Session, *, link_id: bytes, now: datetime) -> bool:
    """Queue a letter with a fresh link, at most three a day for a tenant.

    The link is for the newest month that accepts replies. Returns False and does nothing if there
    is none, if the tenant was erased or restricted, or has had three.
    """
    return _send_to(session, _tenant_of(session, link_id), now=now)


def ask_by_address(session: Session, *, address: str, now: datetime) -> bool:
    """The same for the tenant with this address, normalised; of several the first on the roster.

    That somebody wrote from the address proves no more: the link goes there and opens a blank form.
    """
    theirs = select(Tenant).where(Tenant.email == address).order_by(Tenant.id).limit(1)
    return _send_to(session, session.scalar(theirs.with_for_update()), now=now)


def _send_to(session: Session, tenant: Tenant | None, *, now: datetime) -> bool:
    today = london_day(now)
    month = rounds.newest_open(session, today=today)
    if tenant is None or month is None or tenant.restricted or _had_enough(session, tenant, today):
        return False
    _write(session, tenant, month.month, month.closes_on, kind=Kind.FRESH_LINK, now=now)
    return True


def tell_of_use(session: Session, link: IssuedLink, *, now: datetime) -> bool:
    """Tell a link's tenant that it was used after it had ended, and send a fresh link.

    So tenants learn of a reply that somebody else sent with their link, and whoever still reads the
    inbox of an earlier address is answered at the present one. The letter counts towards the limit
    of `request_link`; returns False where that would.
    """
    today = london_day(now)
    tenant = _addressee(session, link)
    if tenant is None or tenant.restricted or _had_enough(session, tenant, today):
        return False
    month, closes_on = link.month, link.expires_on
    if closes_on < today and (newest := rounds.newest_open(session, today=today)):
        month, closes_on = newest.month, newest.closes_on
    kind = Kind.SECOND_USE if link.formerly_of is None else Kind.EARLIER_ADDRESS
    _write(session, tenant, month, closes_on, kind=kind, now=now)
    return True


def _tenant_of(session: Session, link_id: bytes) -> Tenant | None:
    try:
        return _addressee(session, ledger.look_up(session.connection(), link_id))
    except LinkMissing:
        return None


def _addressee(session: Session, link: IssuedLink) -> Tenant | None:
    """Return a link's tenant, locked, so that concurrent requests are counted one by one."""
    return None if link.addressee is None else rights.by_id(session, link.addressee)


def _had_enough(session: Session, tenant: Tenant, today: date) -> bool:
    issued = select(func.count()).where(
        Link.tenant_id == tenant.id, Link.monthly.is_(False), Link.issued_on == today
    )
    return (session.scalar(issued) or 0) >= A_DAY


def _write(
    session: Session, tenant: Tenant, month: str, closes_on: date, *, kind: Kind, now: datetime
) -> None:
    today = london_day(now)
    link_id = ledger.issue_fresh(
        session,
        tenant_id=tenant.id,
        month=month,
        issued_on=today,
        expires_on=closes_on,
    )
    details = {
        "month": month,
        "link_id": link_id.hex(),
        "used_on": today.isoformat(),
        "is_open": closes_on >= today,
    }
    letters.write(session, tenant_id=tenant.id, kind=kind, details=details, now=now)
