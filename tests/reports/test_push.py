"""Releases cross once and for all, and are filled in again where they were lost."""

import pytest
from sqlalchemy import select

from campaigns import handover, releases
from campaigns.models import AuditEntry, PublishedRelease
from kit.database import Database
from kit.errors import NotFound, Refused
from reports import freeze as freezing
from reports import push
from reports.models import Release, ReleaseState
from tests.support.reports import CLOSED, DUE, MONTH, ReportsWorld, small_month


@pytest.fixture
def frozen(world: ReportsWorld) -> ReportsWorld:
    small_month(world)
    freezing.freeze(world.desk(), MONTH, now=CLOSED)
    return world


def _push(world: ReportsWorld, campaign: Database) -> list[str]:
    return push.push_releases(world.platform, campaign, now=DUE)


def _held(campaign: Database) -> PublishedRelease:
    with campaign.reading() as session:
        return releases.find(session, MONTH)


def test_a_release_crosses_once(frozen: ReportsWorld, campaign_db: Database) -> None:
    assert [MONTH] == _push(frozen, campaign_db)
    assert [] == _push(frozen, campaign_db)
    with campaign_db.reading() as session:
        assert ["figures published"] == list(session.scalars(select(AuditEntry.action)))


def test_a_withdrawal_crosses_and_takes_the_figures_along(
    frozen: ReportsWorld, campaign_db: Database
) -> None:
    _push(frozen, campaign_db)
    with frozen.platform.writing() as session:
        freezing.withdraw(session, MONTH, because="The roster was wrong.")

    assert ([MONTH], []) == (_push(frozen, campaign_db), _push(frozen, campaign_db))
    with campaign_db.reading() as session, pytest.raises(NotFound, match="The roster was wrong"):
        releases.document(session, MONTH)


def test_a_platform_that_was_restored_takes_no_figures_back(
    frozen: ReportsWorld, campaign_db: Database
) -> None:
    _push(frozen, campaign_db)
    with frozen.platform.writing() as session:
        release = session.get_one(Release, MONTH)
        release.state, release.document, release.noisy = ReleaseState.LOST, None, None

    assert [] == _push(frozen, campaign_db)
    assert _held(campaign_db).document is not None


def test_a_withdrawal_stands_when_the_platform_forgot_it(
    frozen: ReportsWorld, campaign_db: Database
) -> None:
    with campaign_db.writing() as session:
        handover.withdraw_release(session, MONTH, digest="0", because="Wrong.", now=DUE)

    assert [] == _push(frozen, campaign_db)
    assert "withdrawn" == _held(campaign_db).state


def test_figures_are_never_replaced(frozen: ReportsWorld, campaign_db: Database) -> None:
    with campaign_db.writing() as session:
        handover.publish_release(session, MONTH, digest="0" * 64, document="{}", now=DUE)
        with pytest.raises(Refused, match="figures never change"):
            handover.publish_release(session, MONTH, digest="1" * 64, document="{}", now=DUE)

    assert [] == _push(frozen, campaign_db)
    assert "{}" == _held(campaign_db).document


def test_a_month_without_figures_says_why(world: ReportsWorld, campaign_db: Database) -> None:
    world.open_round()
    world.mail({"Tiny Homes (example)": 3})
    freezing.freeze_due(world.desk(), now=DUE)
    _push(world, campaign_db)

    assert "it was sent to too few tenants." == releases.why_not(_held(campaign_db))
