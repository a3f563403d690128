"""A stop by link holds the mail of the month back, can be undone, and tells the sender no more."""

import pytest
from sqlalchemy import select

from campaigns.models import Suppression
from campaigns.sending import deliveries
from kit.database import CampaignBase, Database
from links import ledger
from tenants.handover import suppression_outbox
from tenants.rights import rights
from tests.portal.site import CLOSES, DAY, MONTH, OPENED, PortalSite, carried
from tests.support.sending import address, sending_campaign
from tests.tenants.roster.rosters import LINKS


@pytest.fixture
def campaign_id(campaign_db: Database) -> int:
    """A month that is being sent to two tenants; the portal's is one of them."""
    return sending_campaign(campaign_db, DAY, size=2)


@pytest.fixture
def tenant_id(site: PortalSite) -> int:
    tenant_id = site.new_tenant()
    with site.platform.writing() as session:
        tenant = rights.by_id(session, tenant_id)
        assert tenant is not None
        tenant.email = address(1)
    return tenant_id


@pytest.fixture
def link_id(site: PortalSite, tenant_id: int) -> bytes:
    """Of the month's own email: the address was handed over with it."""
    with site.platform.writing() as session:
        issued = ledger.issue_monthly(
            session, tenant_ids=[tenant_id], month=MONTH, issued_on=OPENED, expires_on=CLOSES
        )
    return issued[tenant_id]


def _claimed(campaign: Database, campaign_id: int, site: PortalSite) -> list[str]:
    with campaign.writing() as session:
        claim = deliveries.claim(session, campaign_id=campaign_id, after=0, limit=50, now=site.now)
        return sorted(mail.address for mail in claim.mails)


@pytest.mark.parametrize("choice", ["stop", "pause"])
def test_what_is_chosen_holds_at_the_next_claim(
    site: PortalSite, campaign_db: Database, campaign_id: int, link_id: bytes, choice: str
) -> None:
    site.browser.post(site.stop_path(link_id), data={"choice": choice})
    suppression_outbox.push(site.platform, campaign_db, links=LINKS, now=site.now)

    assert [address(2)] == _claimed(campaign_db, campaign_id, site)


@pytest.mark.parametrize("choice", ["stop", "pause"])
def test_what_is_undone_before_the_claim_is_as_if_it_had_never_been(
    site: PortalSite, campaign_db: Database, campaign_id: int, link_id: bytes, choice: str
) -> None:
    page = site.browser.post(site.stop_path(link_id), data={"choice": choice})
    suppression_outbox.push(site.platform, campaign_db, links=LINKS, now=site.now)
    site.browser.post(site.stop_path(link_id), data=carried(page))
    suppression_outbox.push(site.platform, campaign_db, links=LINKS, now=site.now)

    assert [address(1), address(2)] == _claimed(campaign_db, campaign_id, site)


def test_the_sender_holds_an_address_and_no_reason(
    site: PortalSite, campaign_db: Database, campaign_id: int, tenant_id: int, link_id: bytes
) -> None:
    """The same rows, whether it is a stop, a pause or a restriction."""
    held, marked = [], []
    for right in (rights.stop, rights.pause, rights.restrict):
        with site.platform.writing() as session:
            tenant = rights.by_id(session, tenant_id)
            assert tenant is not None
            right(session, tenant, now=site.now)
        suppression_outbox.push(site.platform, campaign_db, links=LINKS, now=site.now)
        held.append(_everything(campaign_db))
        with campaign_db.writing() as session:
            for row in session.scalars(select(Suppression)):
                marked.append(row.address)
                session.delete(row)

    assert marked == [address(1)] * 3
    assert [rows == held[0] for rows in held] == [True] * 3


def _everything(database: Database) -> str:
    with database.reading() as session:
        return "\n".join(
            f"{table.name}: {sorted(map(repr, session.execute(select(table)).all()))}"
            for table in CampaignBase.metadata.sorted_tables
        )
