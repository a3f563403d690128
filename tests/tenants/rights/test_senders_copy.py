"""What a tenant's own page says of the other side is what the other side holds."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from campaigns import retention, suppression
from campaigns.models import Campaign, CampaignState, Delivery, Suppression, SuppressionKind
from kit.database import Database
from tenants.feed import unreached
from tenants.handover import suppression_outbox
from tenants.rights import rights, senders_copy
from tenants.rights.senders_copy import SENDING_TAKES
from tests.tenants.handover import crossing
from tests.tenants.roster.rosters import (
    LINKS,
    NOW,
    TODAY,
    approved_campaign,
    line,
    load_lines,
    tenant,
)

KEEPS = timedelta(days=90)
ADDRESS = "a@example.org"


@pytest.fixture
def listed(platform_db: Database, campaign_db: Database) -> Database:
    """The platform, after a month was handed over with t1 on its list and t2 not."""
    lines = (line("t1", ADDRESS), line("t2", "b@example.org", agrees="no"))
    load_lines(platform_db, *lines)
    approved_campaign(campaign_db)
    assert crossing.hand_over(platform_db, campaign_db)
    return platform_db


def said(platform: Database, ref: str = "t1") -> dict[str, str | None]:
    """Each thing that the sender is said to hold, and until when."""
    with platform.reading() as session:
        rows = senders_copy.held(session, tenant(session, ref), keeps=KEEPS)
    return {row["what"]: row["until"] for row in rows}


def held(campaign: Database, address: str = ADDRESS) -> set[str]:
    with campaign.reading() as session:
        listed = select(Delivery.id).where(Delivery.address == address)
        kinds = select(Suppression.kind).where(Suppression.address == address)
        return {"address"} & {"address" for _ in session.scalars(listed)} | set(
            session.scalars(kinds)
        )


def test_an_address_that_was_never_listed_is_said_to_be_nowhere(
    listed: Database, campaign_db: Database
) -> None:
    assert ({}, set()) == (said(listed, "t2"), held(campaign_db, "b@example.org"))


def test_an_address_on_a_list_is_said_to_be_there_until_the_list_goes(
    listed: Database, campaign_db: Database
) -> None:
    until = (TODAY + SENDING_TAKES + KEEPS).isoformat()
    assert ({"address": until}, {"address"}) == (said(listed), held(campaign_db))

    with campaign_db.writing() as session:
        month = session.scalars(select(Campaign)).one()
        month.state, month.finished_at = CampaignState.SENT, NOW + SENDING_TAKES
        retention.purge(session, keep=KEEPS, now=NOW + SENDING_TAKES + KEEPS + timedelta(days=1))
    assert set() == held(campaign_db)


@pytest.mark.parametrize("right", [rights.stop, rights.pause, rights.restrict, "the roster"])
def test_a_mark_is_said_to_stand_while_it_does(
    listed: Database, campaign_db: Database, right: object
) -> None:
    if callable(right):
        with listed.writing() as session:
            right(session, rights.find(session, "t1"), now=NOW)
    else:
        load_lines(listed, line("t1", ADDRESS, agrees="no"))
    suppression_outbox.push(listed, campaign_db, links=LINKS, now=NOW)

    assert {"address", "do-not-mail"} == said(listed).keys()
    assert {"address", SuppressionKind.DO_NOT_MAIL} == held(campaign_db)


def test_a_bounce_is_said_to_stand_until_staff_lift_it(
    listed: Database, campaign_db: Database
) -> None:
    bounce = SuppressionKind.BOUNCE
    with campaign_db.writing() as session:
        suppression.suppress(session, address=ADDRESS, kind=bounce, now=NOW)
    unreached.note(listed, campaign_db, now=NOW)
    assert None is said(listed)["email-bounced"]

    with campaign_db.writing() as session:
        suppression.lift(session, address=ADDRESS, kind=bounce)
    unreached.note(listed, campaign_db, now=NOW)
    assert {"address"} == said(listed).keys()
