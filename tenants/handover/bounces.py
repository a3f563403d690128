"""Whom the monthly email does not reach any more, so that the platform can ask for an address."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import handover
from kit import bulk
from kit.database import Database
from tenants.models import Tenant

BATCH = 1_000


def unreached(platform: Database, campaign: Database, *, since: datetime) -> list[tuple[str, str]]:
    """Reference and address of every tenant whose mail bounced for good, or who called it spam."""
    with campaign.reading() as session:
        addresses = handover.bounced_addresses(session, since)
    with platform.reading() as session:
        return sorted(_tenants_of(session, addresses))


def _tenants_of(session: Session, addresses: list[str]) -> Iterator[tuple[str, str]]:
    for start in range(0, len(addresses), BATCH):
        batch = addresses[start : start + BATCH]
        found = select(Tenant.tenant_ref, Tenant.email).where(
            bulk.any_of(session, Tenant.email, batch)
        )
        yield from ((ref, email) for ref, email in session.execute(found))
