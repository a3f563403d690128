"""The platform's own account page shows a tenant their replies, and each reading is logged."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from replies import reading
from replies.vault.sealing import Vault
from tenants.models import ReplyRead, Tenant


def read_replies(
    session: Session, vault: Vault, tenant: Tenant, *, reader: str, now: datetime
) -> list[dict[str, Any]]:
    """A tenant's replies as `replies.reading.held_about` gives them, and a row of the log.

    `reader` is the name of the API token that was used. Where there is no reply, nothing was read
    and nothing is logged. Show the replies only once the row is committed.

    Raises:
        Unreadable, KeyUnavailable: a reply can no longer be opened; nothing is logged.
    """
    held = reading.held_about(session, vault, tenant.id)
    if held:
        months = [reply["month"] for reply in held]
        session.add(ReplyRead(tenant_id=tenant.id, months=months, read_by=reader, read_at=now))
        session.flush()
    return held


def readings(session: Session, tenant_id: int) -> list[ReplyRead]:
    """Every reading of a tenant's replies, oldest first."""
    theirs = select(ReplyRead).where(ReplyRead.tenant_id == tenant_id)
    return list(session.scalars(theirs.order_by(ReplyRead.id)))
