"""Record the tenants whom the monthly email no longer reaches, or reaches again, for the feed."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kit import bulk
from kit.database import Database
from tenants.handover import bounces
from tenants.models import Tenant
from tenants.rights import evidence
from tenants.rights.evidence import RightsAction

BY_MAIL = "email"
OVERLAP = timedelta(hours=1)
"""How far before the last recorded entry reading starts again: an earlier entry may have been
committed later."""
EVER = datetime(2020, 1, 1, tzinfo=UTC)


def note(platform: Database, campaign: Database, *, now: datetime) -> int:
    """Record each tenant whose mail bounced for good, or who called it spam, since the last time.

    Also each of whom that is no longer true, because the sender's staff lifted the bounce or the
    tenant has another address. Returns how many were recorded.
    """
    return _note_unreached(platform, campaign) + _note_reached(platform, campaign, now=now)


def _note_unreached(platform: Database, campaign: Database) -> int:
    """The entry has the moment of the bounce, so that each is recorded once."""
    with platform.reading() as session:
        latest = evidence.latest(session, evidence.UNREACHED)
    found = bounces.bounced_addresses(campaign, since=latest - OVERLAP if latest else EVER)
    noted = 0
    with platform.writing() as session:
        for tenant, unreached in bounces.tenants_of(session, found):
            action = RightsAction.COMPLAINED if unreached.is_complaint else RightsAction.BOUNCED
            if not evidence.is_recorded(session, tenant, action, at=unreached.since):
                evidence.record(session, tenant, action, source=BY_MAIL, now=unreached.since)
                noted += 1
    return noted


def _note_reached(platform: Database, campaign: Database, *, now: datetime) -> int:
    """All bounces are read here and compared here: the other side is not told of an address."""
    with platform.reading() as session:
        if not evidence.unreached_tenants(session):
            return 0
    standing = {each.address for each in bounces.bounced_addresses(campaign, since=EVER)}
    with platform.writing() as session:
        again = [each for each in _unreached(session) if each.email not in standing]
        for tenant in again:
            evidence.record(session, tenant, RightsAction.REACHED_AGAIN, source=BY_MAIL, now=now)
    return len(again)


def _unreached(session: Session) -> list[Tenant]:
    theirs = bulk.any_of(session, Tenant.id, evidence.unreached_tenants(session))
    return list(session.scalars(select(Tenant).where(theirs).order_by(Tenant.id)))
