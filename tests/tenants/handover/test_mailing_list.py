"""Who is on the mailing list, and what it says of them."""

from datetime import timedelta

import pytest
from sqlalchemy import inspect, select

from campaigns.models import Delivery
from kit.database import Database
from links.models import Link
from replies.form import rounds
from tenants.rights import rights
from tests.tenants.handover.crossing import addresses, hand_over, linked
from tests.tenants.roster.rosters import (
    LAST_CHECK_IN,
    MONTH,
    NOW,
    TODAY,
    approved_campaign,
    campaign,
    delivered,
    line,
    load_lines,
    tenant,
)


def test_every_consenting_tenant_is_handed_over_once(
    platform_db: Database, campaign_db: Database
) -> None:
    expected = [f"tenant-{n:03}@example.org" for n in range(10)]
    load_lines(platform_db, *(line(f"t{n}", address) for n, address in enumerate(expected)))
    approved_campaign(campaign_db)
    assert hand_over(platform_db, campaign_db) == [MONTH]
    assert addresses(campaign_db) == expected
    frozen = campaign(campaign_db)
    assert (frozen.audience, frozen.frozen_at, frozen.state) == (10, NOW, "handing_over")
    assert hand_over(platform_db, campaign_db) == []


def test_pages_without_anybody_to_mail_are_passed_over(
    platform_db: Database, campaign_db: Database
) -> None:
    no = [line(f"n{n}", f"a{n}@example.org", agrees="no") for n in range(7)]
    yes = [line("y1", "a3-yes@example.org"), line("y2", "z@example.org")]
    crowd = [line(f"c{n}", "crowd@example.org") for n in range(7)]
    load_lines(platform_db, *no, *yes, *crowd)
    approved_campaign(campaign_db)
    hand_over(platform_db, campaign_db, chunk=2)
    assert addresses(campaign_db) == ["a3-yes@example.org", "crowd@example.org", "z@example.org"]


def test_strangers_are_never_handed_over(platform_db: Database, campaign_db: Database) -> None:
    refs = ("stopped", "paused", "restricted", "erased", "objected", "agreed")
    load_lines(
        platform_db,
        *(line(ref, f"{ref}@example.org") for ref in refs),
        line("never", "never@example.org", agrees="no"),
    )
    with platform_db.writing() as session:
        rights.stop(session, tenant(session, "stopped"), now=NOW)
        rights.pause(session, tenant(session, "paused"), now=NOW)
        rights.restrict(session, tenant(session, "restricted"), now=NOW)
        rights.erase(session, tenant(session, "erased"), now=NOW)
        rights.object_(session, tenant(session, "objected"), now=NOW)
    approved_campaign(campaign_db)
    hand_over(platform_db, campaign_db)
    assert addresses(campaign_db) == ["agreed@example.org", "objected@example.org"]


def test_a_row_holds_the_address_two_links_and_nothing_else(
    platform_db: Database, campaign_db: Database
) -> None:
    load_lines(platform_db, line("secret-ref", "a@example.org"))
    approved_campaign(campaign_db)
    hand_over(platform_db, campaign_db)
    with campaign_db.reading() as session:
        row = session.scalars(select(Delivery)).one()
    written = {
        column.key
        for column in inspect(Delivery).columns
        if getattr(row, column.key) not in (None, 0, False, "queued")
    }
    assert written == {"id", "campaign_id", "address", "reply_link", "stop_link"}
    ((_, reply, stop),) = delivered(campaign_db)
    assert not {"=", "&", "'", '"', "{", "}"} & set(f"{reply}{stop}")
    assert "secret-ref" not in f"{reply}{stop}"


def test_the_platform_keeps_what_each_link_means(
    platform_db: Database, campaign_db: Database
) -> None:
    load_lines(platform_db, line("t1", "a@example.org"))
    approved_campaign(campaign_db)
    hand_over(platform_db, campaign_db)
    with platform_db.reading() as session:
        link = session.get_one(Link, linked(campaign_db)["a@example.org"])
        assert (link.tenant_id, link.month) == (tenant(session, "t1").id, MONTH)
        opened = rounds.find(session, MONTH)
        assert link.expires_on == opened.closes_on == TODAY + timedelta(days=28)
        sent = (opened.sent_on, opened.subject, opened.last_check_in)
        assert sent == (TODAY, "Has anything changed?", LAST_CHECK_IN)


def test_an_address_that_two_tenants_share_gets_one_row_for_the_longer_tenancy(
    platform_db: Database, campaign_db: Database
) -> None:
    shared = "both@example.org"
    load_lines(
        platform_db,
        line("no", shared, agrees="no"),
        line("first", shared),
        line("second", shared.upper()),
    )
    approved_campaign(campaign_db)
    hand_over(platform_db, campaign_db)
    assert addresses(campaign_db) == [shared]
    with platform_db.reading() as session:
        link = session.get_one(Link, linked(campaign_db)[shared])
        assert link.tenant_id == tenant(session, "first").id


@pytest.mark.parametrize("ref", ["first", "second", "no"])
def test_a_stop_from_either_closes_a_shared_address(
    platform_db: Database, campaign_db: Database, ref: str
) -> None:
    shared = "both@example.org"
    load_lines(
        platform_db,
        line("no", shared, agrees="no"),
        line("first", shared),
        line("second", shared),
        line("stranger", "stranger@example.org"),
    )
    with platform_db.writing() as session:
        rights.stop(session, tenant(session, ref), now=NOW)
    approved_campaign(campaign_db)
    hand_over(platform_db, campaign_db)
    assert addresses(campaign_db) == ["stranger@example.org"]


def test_both_databases_and_python_sort_addresses_alike(
    platform_db: Database, campaign_db: Database
) -> None:
    names = "a ab a.b a-b a_b a+b A2 a10 B b1 _a ~z z 0 09 9 {x} a'b aB AA a!b a#b"
    locals_ = names.split(" ")
    load_lines(platform_db, *(line(f"t{n}", f"{x}@example.org") for n, x in enumerate(locals_)))
    approved_campaign(campaign_db)
    hand_over(platform_db, campaign_db, chunk=2)
    expected = sorted({f"{local.lower()}@example.org" for local in locals_})
    assert addresses(campaign_db) == expected
