"""Open one reply in an emergency and tell the tenant, in one transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kit.clock import london_day
from kit.errors import Refused
from replies import openings
from replies.vault.sealing import Vault
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
    tenant = rights.find(session, ref)
    if tenant.restricted:
        raise Refused(
            f"{tenant.tenant_ref} restricted the use of their data; ask them to lift that first."
        )
    shown = openings.open_logged(
        session,
        vault,
        tenant_id=tenant.id,
        month=month,
        reason=reason,
        by=by,
        second=second,
        now=now,
    )
    evidence.record(session, tenant, RightsAction.OPENED, source=SOURCE, now=now)
    told = {"month": month, "opened_on": london_day(now).isoformat()}
    letters.write(session, tenant_id=tenant.id, kind=Kind.OPENED, details=told, now=now)
    return shown
