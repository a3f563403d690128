"""Tenants whom the email no longer reaches, so that the platform can ask for a new address."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import handover
from campaigns.handover import Unreached
from kit import bulk
from kit.database import Database
from tenants.models import Tenant

BATCH = 1_000


def unreached(platform: Database, campaign: Database, *, since: datetime) -> list[tuple[str, str]]:
    """Return reference and address of tenants whose mail bounced permanently or who complained."""
    found = bounced_addresses(campaign, since=since)
    with platform.reading() as session:
        theirs = tenants_of(session, found)
        return sorted((tenant.tenant_ref, tenant.email) for tenant, _ in theirs)


def bounced_addresses(campaign: Database, *, since: datetime) -> list[Unreached]:
    """The addresses that bounced for good, or whose owner called the email spam."""
    with campaign.reading() as session:
        return handover.unreached(session, since)


def tenants_of(session: Session, found: list[Unreached]) -> Iterator[tuple[Tenant, Unreached]]:
    """The tenants who have one of these addresses now."""
    for start in range(0, len(found), BATCH):
        batch = {each.address: each for each in found[start : start + BATCH]}
        theirs = select(Tenant).where(bulk.any_of(session, Tenant.email, list(batch)))
        for tenant in session.scalars(theirs.order_by(Tenant.id)).all():
            yield tenant, batch[tenant.email]
