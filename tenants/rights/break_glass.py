"""Open replies in an emergency and tell the tenant, in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kit.clock import london_day
from kit.errors import NotFound, Refused
from replies import openings, reading
from replies.vault.sealing import Vault
from tenants.models import Tenant
from tenants.outbox import letters
from tenants.outbox.letters import Kind
from tenants.rights import evidence, rights
from tenants.rights.evidence import RightsAction

SOURCE = "break-glass"


def open_reply(
    session: Session,
    vault: Vault,
    *,
    ref: str,
    month: str,
    reason: str,
    by: str,
    second: str,
    now: datetime,
) -> dict[str, Any]:
    """Return a tenant's reply of one month; see `replies.openings.open_logged`.

    It is logged, and the tenant is told by email and on their own page. Commit before showing it.

    Raises:
        Refused: the tenant restricted the use of their data.
        BadInput, NotFound, Unreadable, KeyUnavailable: nothing was opened or logged.
    """
    tenant = _unrestricted(session, ref)
    people = {"reason": reason, "by": by, "second": second}
    return _open(session, vault, tenant, [month], now=now, **people)[0]


def open_all(
    session: Session, vault: Vault, *, ref: str, reason: str, by: str, second: str, now: datetime
) -> list[dict[str, Any]]:
    """Every reply of the tenant `ref`, oldest month first: each is logged, and one letter tells.

    Raises what `open_reply` does; NotFound where there is no reply at all.
    """
    tenant = _unrestricted(session, ref)
    months = reading.months(session, tenant.id)
    if not months:
        raise NotFound(f"{tenant.tenant_ref} has no reply; nothing was opened.")
    people = {"reason": reason, "by": by, "second": second}
    return _open(session, vault, tenant, months, now=now, **people)


def _unrestricted(session: Session, ref: str) -> Tenant:
    tenant = rights.find(session, ref)
    if tenant.restricted:
        raise Refused(
            f"{tenant.tenant_ref} restricted the use of their data; ask them to lift that first."
        )
    return tenant


def _open(
    session: Session,
    vault: Vault,
    tenant: Tenant,
    months: Sequence[str],
    *,
    now: datetime,
    **people: str,
) -> list[dict[str, Any]]:
    opened = [
        openings.open_logged(session, vault, tenant_id=tenant.id, month=month, now=now, **people)
        for month in months
    ]
    evidence.record(session, tenant, RightsAction.OPENED, source=SOURCE, now=now)
    told = {"months": list(months), "opened_on": london_day(now).isoformat()}
    letters.write(session, tenant_id=tenant.id, kind=Kind.OPENED, details=told, now=now)
    return opened
