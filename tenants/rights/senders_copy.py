"""What the sender of the emails holds about a tenant, from what this side handed over and heard.

The campaign database is not asked: whoever asks it about one address tells it of a request. This
side knows the months whose list the tenant was on, until when the sender may keep such a list, what
the sender's feed said of the address, and when a right told the sender not to mail it.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kit.clock import london_day
from links import ledger
from links.models import Link
from tenants.models import Consent, ConsentKind, Tenant
from tenants.rights import evidence
from tenants.rights.evidence import RightsAction

SENDING_TAKES = timedelta(days=7)
"""By then a month's emails are sent; an operator who holds a month longer knows it."""
ADDRESS, DO_NOT_MAIL = "address", "do-not-mail"
ENDS_MAILING = (RightsAction.STOPPED, RightsAction.PAUSED, RightsAction.RESTRICTED)
WORDS = {
    ADDRESS: "Your email address of that day, on the list of the month’s emails.",
    DO_NOT_MAIL: "That your address is not to be mailed, without a reason.",
    RightsAction.BOUNCED: "That our email to your address could not be delivered.",
    RightsAction.COMPLAINED: "That our email to your address was marked as spam.",
}

Row = dict[str, Any]


def held(session: Session, tenant: Tenant, *, keeps: timedelta) -> list[Row]:
    """Return each thing the sender holds: `{"what", "words", "month", "since", "until"}`.

    `keeps` is how long the sender keeps a list after its month was sent; days are London's. `until`
    is about when it goes, or None: until the sender's staff find that the address works again.
    """
    months = [link for link in ledger.of_tenant(session, tenant.id) if link.monthly]
    ended = max(_ended_mailing(session, tenant), default=date.min)
    rows = [_row(ADDRESS, m.month, m.issued_on, _sent(m) + keeps) for m in months]
    rows += [
        _row(DO_NOT_MAIL, m.month, ended, _sent(m))
        for m in months
        if m.issued_on <= ended <= _sent(m)
    ]
    return rows + list(_unreached(session, tenant))


def _sent(month: Link) -> date:
    return month.issued_on + SENDING_TAKES


def _ended_mailing(session: Session, tenant: Tenant) -> Iterator[date]:
    """The days on which a right ended the emails of a tenant who is not to be mailed now."""
    if not tenant.monthly_email:
        withdrawn = select(Consent.recorded_at).where(
            Consent.tenant_id == tenant.id,
            Consent.kind == ConsentKind.MONTHLY_EMAIL,
            Consent.given.is_(False),
        )
        yield from map(london_day, session.scalars(withdrawn))
    if tenant.stopped or tenant.paused_until or tenant.restricted:
        for entry in evidence.of_tenant(session, tenant.id):
            if entry.action in ENDS_MAILING:
                yield london_day(entry.done_at)


def _unreached(session: Session, tenant: Tenant) -> Iterator[Row]:
    about = {*evidence.UNREACHED, RightsAction.REACHED_AGAIN}
    entries = [each for each in evidence.of_tenant(session, tenant.id) if each.action in about]
    if entries and entries[-1].action in evidence.UNREACHED:
        yield _row(entries[-1].action, None, london_day(entries[-1].done_at), None)


def _row(what: str, month: str | None, since: date, until: date | None) -> Row:
    return {
        "what": what,
        "words": WORDS[what],
        "month": month,
        "since": since.isoformat(),
        "until": until and until.isoformat(),
    }
