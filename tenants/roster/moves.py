"""What ends when a tenant's address or housing association changes, in the same transaction.

Whoever reads the old inbox holds its links and codes and perhaps an open data session. Whoever was
the association reads what was submitted to it.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kit import bulk
from links import ledger
from replies import submissions
from tenants.models import DataSession, Letter
from tenants.outbox.letters import OPENING


def leave_inbox(session: Session, tenant_ids: Sequence[int], *, today: date) -> None:
    """End these tenants' links and data sessions, and drop the letters that open something."""
    if not tenant_ids:
        return
    ledger.take_away(session, tenant_ids, today=today)
    opened = delete(DataSession).where(bulk.any_of(session, DataSession.tenant_id, tenant_ids))
    bulk.changed(session, opened)
    theirs = bulk.any_of(session, Letter.tenant_id, tenant_ids)
    bulk.changed(session, delete(Letter).where(theirs, Letter.kind.in_(OPENING)))


def leave_association(session: Session, tenant_ids: Sequence[int]) -> None:
    """Take back what these tenants submitted to an association that was theirs."""
    if tenant_ids:
        submissions.withdraw_all(session, tenant_ids=tenant_ids)
