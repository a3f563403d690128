"""Record the tenants whom the monthly email no longer reaches, for the feed of changes."""

from datetime import UTC, datetime, timedelta

from kit.database import Database
from tenants.handover import bounces
from tenants.rights import evidence
from tenants.rights.evidence import RightsAction

BY_MAIL = "email"
OVERLAP = timedelta(hours=1)
"""How far before the last recorded entry reading starts again: an earlier entry may have been
committed later."""


def note(platform: Database, campaign: Database) -> int:
    """Record each tenant whose mail bounced for good, or who called it spam, since the last time.

    Returns how many were recorded. The entry has the moment of the bounce, so that each is recorded
    once.
    """
    with platform.reading() as session:
        latest = evidence.latest(session, evidence.UNREACHED)
    since = latest - OVERLAP if latest else datetime(2020, 1, 1, tzinfo=UTC)
    found = bounces.bounced_addresses(campaign, since=since)
    noted = 0
    with platform.writing() as session:
        for tenant, unreached in bounces.tenants_of(session, found):
            action = RightsAction.COMPLAINED if unreached.is_complaint else RightsAction.BOUNCED
            if not evidence.is_recorded(session, tenant, action, at=unreached.since):
                evidence.record(session, tenant, action, source=BY_MAIL, now=unreached.since)
                noted += 1
    return noted
