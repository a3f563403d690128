"""Send a fresh link to a tenant whose link was spent or has ended, by email only.

An old link is enough to ask for one, because asking reveals nothing: the page is the same for every
tenant, and the email goes to the tenant.
"""

from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
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

A_DAY = 3


def request_link(session: Session, *, link_id: bytes, now: datetime) -> bool:
    """Queue a letter with a fresh link, at most three a day for a tenant.

    The link is for the newest month that accepts replies. Returns False and does nothing if there
    is none, if the tenant was erased or restricted, or has had three.
    """
    try:
        link = ledger.look_up(session.connection(), link_id)
    except LinkMissing:
        return False
    return _send_to(session, Tenant.id == link.addressee, now=now)


def ask_by_address(session: Session, *, address: str, now: datetime) -> bool:
    """The same for the tenant with this address, normalised; of several the first on the roster.

    That somebody wrote from the address proves no more: the link goes there and opens a blank form.
    """
    return _send_to(session, Tenant.email == address, now=now)


def _send_to(session: Session, who: ColumnElement[bool], *, now: datetime) -> bool:
    today = london_day(now)
    month, tenant_id = rounds.newest_open(session, today=today), _writable(session, who, today)
    if tenant_id is None or month is None:
        return False
    _write(session, tenant_id, month.month, month.closes_on, kind=Kind.FRESH_LINK, now=now)
    return True


def tell_of_use(session: Session, link: IssuedLink, *, now: datetime) -> bool:
    """Tell a link's tenant that it was used after it had ended, and send a fresh link.

    So tenants learn of a reply that somebody else sent with their link, and whoever still reads the
    inbox of an earlier address is answered at the present one. The letter counts towards the limit
    of `request_link`; returns False where that would. It takes few steps, so that the time of the
    answer tells little.
    """
    today = london_day(now)
    tenant_id = _writable(session, Tenant.id == link.addressee, today)
    if tenant_id is None:
        return False
    month, closes_on = link.month, link.expires_on
    if closes_on < today and (newest := rounds.newest_open(session, today=today)):
        month, closes_on = newest.month, newest.closes_on
    kind = Kind.SECOND_USE if link.formerly_of is None else Kind.EARLIER_ADDRESS
    _write(session, tenant_id, month, closes_on, kind=kind, now=now)
    return True


def _writable(session: Session, who: ColumnElement[bool], today: date) -> int | None:
    """Return the first such tenant, locked, so that concurrent requests are counted one by one.

    None if there is none, if they restricted their data, or have had enough letters today.
    """
    found = select(Tenant.id, Tenant.restricted).where(who).order_by(Tenant.id).limit(1)
    tenant_id, restricted = session.execute(found.with_for_update()).one_or_none() or (None, True)
    if restricted:
        return None
    issued = select(func.count()).where(
        Link.tenant_id == tenant_id, Link.monthly.is_(False), Link.issued_on == today
    )
    return None if (session.scalar(issued) or 0) >= A_DAY else tenant_id


def _write(
    session: Session, tenant_id: int, month: str, closes_on: date, *, kind: Kind, now: datetime
) -> None:
    today = london_day(now)
    link_id = ledger.issue_fresh(
        session, tenant_id=tenant_id, month=month, issued_on=today, expires_on=closes_on
    )
    details = {
        "month": month,
        "link_id": link_id.hex(),
        "used_on": today.isoformat(),
        "is_open": closes_on >= today,
    }
    letters.write(session, tenant_id=tenant_id, kind=kind, details=details, now=now)
