"""The mailing list on its way across: no crash shows, and nothing else gets in between."""

from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from campaigns import handover as door
from campaigns.models import Campaign, CampaignState, Suppression
from kit.database import Database
from kit.errors import Refused
from links import ledger
from tenants.rights import rights
from tests.tenants.handover.crashes import Crash, Fuse, Fused
from tests.tenants.handover.crossing import addresses, hand_over, linked
from tests.tenants.roster.rosters import (
    MONTH,
    NOW,
    approved_campaign,
    campaign,
    delivered,
    line,
    load_lines,
    tenant,
)

EDGES = st.lists(st.integers(min_value=1, max_value=30), max_size=6)


def set_state(database: Database, state: CampaignState) -> None:
    with database.writing() as session:
        session.execute(update(Campaign).values(state=state))


@pytest.mark.parametrize("tenants", [0, 1, 7])
def test_no_crash_loses_doubles_or_relinks_an_address(
    platform_db: Database, campaign_db: Database, tenants: int
) -> None:
    expected = [f"tenant-{n}@example.org" for n in range(tenants)]
    load_lines(platform_db, *(line(f"t{n}", address) for n, address in enumerate(expected)))
    months = (f"{year}-{number:02}" for year in count(2027) for number in range(1, 13))

    @settings(max_examples=8, deadline=None)
    @given(edges=EDGES, chunk=st.integers(min_value=1, max_value=4))
    def crash_and_go_on(edges: list[int], chunk: int) -> None:
        month = next(months)
        approved_campaign(campaign_db, month=month)
        seen: dict[str, bytes] = {}
        for edge in [*edges, None]:
            _hand_over_until(platform_db, campaign_db, edge, chunk=chunk)
            arrived = linked(campaign_db, month)
            assert seen.items() <= arrived.items()
            seen = arrived
        assert addresses(campaign_db, month) == expected
        assert campaign(campaign_db, month).audience == tenants

    crash_and_go_on()


def test_a_crash_at_each_edge_leaves_the_ids_that_were_minted(
    platform_db: Database, campaign_db: Database
) -> None:
    load_lines(platform_db, *(line(f"t{n}", f"tenant-{n}@example.org") for n in range(4)))
    approved_campaign(campaign_db)
    edge = 0
    while campaign(campaign_db).frozen_at is None:
        edge += 1
        _hand_over_until(platform_db, campaign_db, edge, chunk=2)
    with platform_db.reading() as session:
        minted = {link.id for n in range(1, 5) for link in ledger.of_tenant(session, n)}
    assert set(linked(campaign_db).values()) == minted
    assert edge > 4


def test_two_hand_overs_at_one_time_never_mix(platform_db: Database, campaign_db: Database) -> None:
    load_lines(platform_db, *(line(f"t{n}", f"tenant-{n}@example.org") for n in range(4)))
    approved_campaign(campaign_db)
    with campaign_db.writing() as session:
        cursor = door.begin_list(session, MONTH)
    row = ("tenant-0@example.org", "reply", "stop")
    with campaign_db.writing() as session:
        door.push_rows(session, MONTH, [row], previous_cursor=cursor, cursor=row[0])
    with pytest.raises(Refused, match="another hand-over"), campaign_db.writing() as session:
        door.push_rows(session, MONTH, [row], previous_cursor=cursor, cursor=row[0])
    assert addresses(campaign_db) == [row[0]]


@pytest.mark.parametrize("state", [CampaignState.CANCELLED, CampaignState.DRAFT])
def test_a_campaign_that_is_cancelled_or_voided_on_the_way_takes_no_more(
    platform_db: Database, campaign_db: Database, state: CampaignState
) -> None:
    load_lines(platform_db, *(line(f"t{n}", f"tenant-{n}@example.org") for n in range(4)))
    approved_campaign(campaign_db)
    _hand_over_two(platform_db, campaign_db)
    arrived = addresses(campaign_db)
    set_state(campaign_db, state)
    assert hand_over(platform_db, campaign_db) == []
    with pytest.raises(Refused), campaign_db.writing() as session:
        door.push_rows(session, MONTH, [], previous_cursor=arrived[-1], cursor="z")
    with pytest.raises(Refused), campaign_db.writing() as session:
        door.freeze_list(session, MONTH, now=NOW)
    assert addresses(campaign_db) == arrived
    assert campaign(campaign_db).frozen_at is None


def test_a_month_approved_again_starts_afresh(platform_db: Database, campaign_db: Database) -> None:
    load_lines(platform_db, *(line(f"t{n}", f"tenant-{n}@example.org") for n in range(1, 5)))
    approved_campaign(campaign_db)
    _hand_over_two(platform_db, campaign_db)
    set_state(campaign_db, CampaignState.APPROVED)
    load_lines(platform_db, line("early", "tenant-0@example.org"))
    hand_over(platform_db, campaign_db)
    assert addresses(campaign_db) == [f"tenant-{n}@example.org" for n in range(5)]


def test_a_stop_while_the_list_is_on_its_way_arrives_before_the_freeze(
    platform_db: Database, campaign_db: Database
) -> None:
    load_lines(platform_db, line("t1", "a@example.org"), line("t2", "b@example.org"))
    approved_campaign(campaign_db)
    _hand_over_two(platform_db, campaign_db)
    with platform_db.writing() as session:
        rights.stop(session, tenant(session, "t1"), now=NOW)
    hand_over(platform_db, campaign_db)
    with campaign_db.reading() as session:
        assert list(session.scalars(select(Suppression.address))) == ["a@example.org"]


def _hand_over_until(
    platform: Database, campaigns: Database, edge: int | None, *, chunk: int
) -> None:
    fuse = Fuse(edge or 0)
    try:
        hand_over(Fused(platform, fuse), Fused(campaigns, fuse), chunk=chunk)
    except Crash:
        assert edge is not None


def _hand_over_two(platform: Database, campaigns: Database) -> None:
    """Crash after the second row: the campaign side passes two edges to begin, and two a row."""
    with pytest.raises(Crash):
        hand_over(platform, Fused(campaigns, Fuse(6)), chunk=1)
    assert len(delivered(campaigns)) == 2
