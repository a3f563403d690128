"""A tenant's address changes while, or after, the list is handed over: one mail, at the new one."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from campaigns import handover as door
from campaigns.models import Campaign, Delivery, Suppression
from kit.database import Database
from links.models import Link
from tenants.handover import address_changes, suppression_outbox
from tenants.models import Tenant
from tenants.rights import rights
from tenants.roster import upsert
from tenants.roster.rows import Row
from tests.tenants.handover.crossing import addresses, hand_over, linked
from tests.tenants.roster.rosters import (
    LINKS,
    MONTH,
    NOW,
    approved_campaign,
    line,
    load_lines,
    marks,
)

OLD, NEW = "a@example.org", "new@example.org"


@pytest.fixture(params=["api", "roster"])
def move(request: pytest.FixtureRequest, platform_db: Database) -> Callable[[str, str], None]:
    """Give a tenant another address, by the API or by a roster file."""

    def by_api(ref: str, to: str) -> None:
        with platform_db.writing() as session:
            upsert.upsert(session, Row(ref, to, "HA", "en", True, True), now=NOW, source="api")

    def by_roster(ref: str, to: str) -> None:
        load_lines(platform_db, line(ref, to))

    return by_api if request.param == "api" else by_roster


@pytest.fixture
def listed(platform_db: Database, campaign_db: Database) -> Database:
    """Two tenants on a list that is frozen."""
    load_lines(platform_db, line("t1", OLD), line("t2", "n@example.org"))
    approved_campaign(campaign_db)
    hand_over(platform_db, campaign_db)
    return campaign_db


def _mailed(database: Database) -> list[str]:
    with database.reading() as session:
        stopped = set(session.scalars(select(Suppression.address)))
    return sorted(address for address in addresses(database) if address not in stopped)


def _push(platform: Database, campaign: Database) -> None:
    suppression_outbox.push(platform, campaign, links=LINKS, now=NOW)


def _the_links_are_of(platform: Database, campaign: Database, address: str, ref: str) -> None:
    """Both links of the mail to an address are this tenant's, and end with no earlier address."""
    with platform.reading() as session:
        link = session.get_one(Link, linked(campaign)[address])
        tenant = session.scalars(select(Tenant.id).where(Tenant.tenant_ref == ref)).one()
        assert (link.tenant_id, link.formerly_of) == (tenant, None)


def _claim(database: Database, address: str) -> None:
    with database.writing() as session:
        of_address = update(Delivery).where(Delivery.address == address)
        session.execute(of_address.values(state="sending", attempt_id="a", attempts=1))


def test_after_the_freeze_the_mail_goes_to_the_new_address(
    platform_db: Database, listed: Database, move: Callable[[str, str], None]
) -> None:
    before = linked(listed)
    move("t1", NEW)
    _push(platform_db, listed)

    assert ["n@example.org", NEW] == _mailed(listed)
    _the_links_are_of(platform_db, listed, NEW, "t1")
    assert before[OLD] not in linked(listed).values()
    assert before["n@example.org"] == linked(listed)["n@example.org"]


@pytest.mark.parametrize("is_pushed_between", [False, True])
def test_an_address_that_changes_twice_is_followed(
    platform_db: Database,
    listed: Database,
    move: Callable[[str, str], None],
    is_pushed_between: bool,
) -> None:
    move("t1", "between@example.org")
    if is_pushed_between:
        _push(platform_db, listed)
    move("t1", NEW)
    _push(platform_db, listed)

    assert ["n@example.org", NEW] == _mailed(listed)
    _the_links_are_of(platform_db, listed, NEW, "t1")


def test_one_that_changes_back_is_mailed_where_it_was(
    platform_db: Database, listed: Database, move: Callable[[str, str], None]
) -> None:
    move("t1", NEW)
    move("t1", OLD)
    _push(platform_db, listed)

    assert [OLD, "n@example.org"] == _mailed(listed)
    _the_links_are_of(platform_db, listed, OLD, "t1")


def test_of_two_who_share_an_address_the_one_whose_mail_it_is_takes_it_along(
    platform_db: Database, campaign_db: Database, move: Callable[[str, str], None]
) -> None:
    load_lines(platform_db, line("t1", OLD), line("t2", OLD))
    approved_campaign(campaign_db)
    hand_over(platform_db, campaign_db)
    move("t1", NEW)
    _push(platform_db, campaign_db)

    assert [NEW] == _mailed(campaign_db)
    _the_links_are_of(platform_db, campaign_db, NEW, "t1")
    with campaign_db.reading() as session:
        assert [] == session.scalars(select(Suppression.address)).all()


def test_whoever_leaves_a_shared_address_does_not_undo_that_the_other_resumed(
    platform_db: Database, campaign_db: Database, move: Callable[[str, str], None]
) -> None:
    load_lines(platform_db, line("t1", OLD), line("t2", OLD))
    approved_campaign(campaign_db)
    hand_over(platform_db, campaign_db)
    with platform_db.writing() as session:
        rights.stop(session, rights.find(session, "t2"), now=NOW)
    _push(platform_db, campaign_db)
    with platform_db.writing() as session:
        rights.resume(session, rights.find(session, "t2"), now=NOW)
    move("t1", NEW)
    _push(platform_db, campaign_db)

    with campaign_db.reading() as session:
        assert [] == session.scalars(select(Suppression.address)).all()


def test_repeating_a_push_changes_nothing(
    platform_db: Database, listed: Database, move: Callable[[str, str], None]
) -> None:
    """The platform may end after the other side has committed, and push its marks once more."""
    move("t1", NEW)
    with platform_db.reading() as session:
        waiting = address_changes.waiting_changes(session)
        moves = address_changes.changes(session, waiting, links=LINKS, now=NOW)
    for _ in range(2):
        with listed.writing() as session:
            door.readdress(session, moves)

    assert ["n@example.org", NEW] == _mailed(listed)
    _the_links_are_of(platform_db, listed, NEW, "t1")


def test_a_mail_that_was_claimed_keeps_its_address(
    platform_db: Database, listed: Database, move: Callable[[str, str], None]
) -> None:
    _claim(listed, OLD)
    move("t1", NEW)
    _push(platform_db, listed)

    assert [OLD, "n@example.org"] == sorted(addresses(listed))


def test_two_tenants_who_come_to_share_an_address_get_one_mail(
    platform_db: Database, listed: Database, move: Callable[[str, str], None]
) -> None:
    move("t1", "n@example.org")
    _push(platform_db, listed)

    assert ["n@example.org"] == _mailed(listed)


def test_nobody_is_mailed_at_an_address_that_stopped(
    platform_db: Database, listed: Database, move: Callable[[str, str], None]
) -> None:
    load_lines(platform_db, line("t3", NEW))
    with platform_db.writing() as session:
        session.execute(update(Tenant).where(Tenant.tenant_ref == "t3").values(stopped=True))
    move("t1", NEW)
    _push(platform_db, listed)

    assert ["n@example.org"] == _mailed(listed)


def test_a_mail_of_somebody_else_at_the_old_address_is_left_alone(
    platform_db: Database, listed: Database, move: Callable[[str, str], None]
) -> None:
    """The row is another tenancy's if its link is."""
    with listed.writing() as session:
        _relink(session, OLD)
    move("t1", NEW)
    _push(platform_db, listed)

    assert [OLD, "n@example.org"] == sorted(addresses(listed))


@pytest.mark.parametrize("to", ["a@example.org", "p@example.org"])
def test_while_the_list_is_on_its_way_everybody_gets_one(
    platform_db: Database,
    campaign_db: Database,
    move: Callable[[str, str], None],
    monkeypatch: pytest.MonkeyPatch,
    to: str,
) -> None:
    load_lines(
        platform_db,
        line("t1", "b@example.org"),
        line("t2", "n@example.org"),
        line("t3", "o@example.org"),
    )
    approved_campaign(campaign_db)
    push = door.push_rows
    moved: list[bool] = []

    def pushed(*arguments: object, **named: object) -> None:
        push(*arguments, **named)  # type: ignore[arg-type]
        if not moved:
            moved.append(True)
            move("t3", to)

    monkeypatch.setattr(door, "push_rows", pushed)
    hand_over(platform_db, campaign_db, chunk=1)

    assert sorted(["b@example.org", "n@example.org", to]) == _mailed(campaign_db)


def test_a_row_that_was_pushed_with_the_old_address_follows(
    platform_db: Database,
    campaign_db: Database,
    move: Callable[[str, str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The next chunk is minted while one is pushed: its addresses may be old when they arrive."""
    load_lines(platform_db, line("t1", "b@example.org"), line("t2", "n@example.org"))
    approved_campaign(campaign_db)
    push = door.push_rows
    moved: list[bool] = []

    def pushed(*arguments: object, **named: object) -> None:
        if not moved:
            moved.append(True)
            move("t1", NEW)
        push(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(door, "push_rows", pushed)
    hand_over(platform_db, campaign_db, chunk=1)

    assert ["n@example.org", NEW] == _mailed(campaign_db)


@pytest.mark.parametrize("links", ["the same", "two"])
def test_whoever_moves_on_to_an_address_that_comes_later_is_listed_once(
    platform_db: Database,
    campaign_db: Database,
    move: Callable[[str, str], None],
    monkeypatch: pytest.MonkeyPatch,
    links: str,
) -> None:
    """A row at the old address stays if its link is another's: only the tenant's own is dropped."""
    load_lines(platform_db, line("t1", OLD), line("t2", "n@example.org"))
    approved_campaign(campaign_db)
    push = door.push_rows
    moved: list[bool] = []

    def pushed(session: Session, *arguments: object, **named: object) -> None:
        push(session, *arguments, **named)  # type: ignore[arg-type]
        if not moved:
            moved.append(True)
            move("t1", "z@example.org")
            if links == "two":
                _relink(session, OLD)

    monkeypatch.setattr(door, "push_rows", pushed)
    hand_over(platform_db, campaign_db, chunk=1)

    kept = [OLD] if links == "two" else []
    assert [*kept, "n@example.org", "z@example.org"] == sorted(addresses(campaign_db))
    with campaign_db.reading() as session:
        assert 2 + len(kept) == session.scalar(select(Campaign.audience))


def _relink(session: Session, address: str) -> None:
    row = update(Delivery).where(Delivery.address == address)
    session.execute(row.values(reply_link="https://portal.example.org/r/another.token"))


def test_a_change_waits_until_the_list_has_arrived(
    platform_db: Database, campaign_db: Database, move: Callable[[str, str], None]
) -> None:
    load_lines(platform_db, line("t1", OLD), line("t2", "n@example.org"))
    approved_campaign(campaign_db)
    with campaign_db.writing() as session:
        door.begin_list(session, MONTH)
    move("t1", NEW)
    _push(platform_db, campaign_db)

    assert [(OLD, True), (NEW, False)] == marks(platform_db)
