"""What the platform keeps of a link, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from kit.database import Database
from kit.ids import new_link_id
from links import ledger
from links.errors import LinkExpired, LinkMissing
from links.ledger import IssuedLink
from links.models import Link
from links.signing import Purpose, sign, verify

MONTH = "2026-12"
ISSUED = date(2026, 12, 1)
LAST_DAY = date(2026, 12, 29)
AFTER = LAST_DAY + timedelta(days=1)
KEYS = (b"k" * 32,)


def issue(database: Database, *tenant_ids: int, month: str = MONTH) -> dict[int, bytes]:
    with database.writing() as session:
        return ledger.issue_monthly(
            session, tenant_ids=tenant_ids, month=month, issued_on=ISSUED, expires_on=LAST_DAY
        )


def spend(database: Database, link: bytes, *, today: date = ISSUED) -> bool:
    with database.writing() as session:
        return ledger.spend(session, link, today=today) is not None


def test_issuing_again_gives_the_same_ids(platform_db: Database) -> None:
    first = issue(platform_db, 3, 1, 2)
    again = issue(platform_db, 1, 2, 3, 4)
    assert {tenant: again[tenant] for tenant in first} == first
    assert len(set(again.values())) == 4


def test_each_month_has_its_own_link(platform_db: Database) -> None:
    assert issue(platform_db, 1)[1] != issue(platform_db, 1, month="2027-01")[1]


def test_a_tenant_named_twice_has_one_link(platform_db: Database) -> None:
    assert list(issue(platform_db, 1, 1)) == [1]


def test_nobody_to_issue_to_is_fine(platform_db: Database) -> None:
    assert issue(platform_db) == {}


def test_two_hand_overs_at_one_time_agree_on_every_id(platform_db: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        rounds = list(pool.map(lambda _: issue(platform_db, *range(1, 300)), range(4)))
    assert all(issued == rounds[0] for issued in rounds)


def test_a_link_is_looked_up_until_its_last_day(platform_db: Database) -> None:
    link = issue(platform_db, 7)[7]
    with platform_db.reading() as session:
        connection = session.connection()
        found = ledger.look_up(connection, link, today=LAST_DAY)
        assert found == IssuedLink(MONTH, LAST_DAY, tenant_id=7, formerly_of=None)
        with pytest.raises(LinkExpired):
            ledger.look_up(connection, link, today=AFTER)
        assert ledger.look_up(connection, link) == found


def test_a_leaked_key_without_the_row_forges_nothing(platform_db: Database) -> None:
    forged = verify(KEYS, Purpose.REPLY, sign(KEYS, Purpose.REPLY, new_link_id()))
    with platform_db.reading() as session, pytest.raises(LinkMissing):
        ledger.look_up(session.connection(), forged, today=ISSUED)
    assert not spend(platform_db, forged)


def test_a_link_is_spent_once_and_still_looks_the_same(platform_db: Database) -> None:
    link, stranger = issue(platform_db, 1, 2).values()
    assert [spend(platform_db, link) for _ in range(3)] == [True, False, False]
    with platform_db.reading() as session:
        spent, unspent = (session.get_one(Link, id_) for id_ in (link, stranger))
        assert (spent.spent_on, unspent.spent_on) == (ISSUED, None)
        found = ledger.look_up(session.connection(), link, today=ISSUED)
        assert found == IssuedLink(MONTH, LAST_DAY, tenant_id=1, formerly_of=None)


def test_of_fifty_at_one_time_one_spends_the_link(platform_db: Database) -> None:
    link = issue(platform_db, 1)[1]
    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(lambda _: spend(platform_db, link), range(50))) == 1


def test_an_expired_link_cannot_be_spent(platform_db: Database) -> None:
    link = issue(platform_db, 1)[1]
    assert not spend(platform_db, link, today=AFTER)
    assert spend(platform_db, link, today=LAST_DAY)


def test_a_spend_that_is_rolled_back_leaves_the_link(platform_db: Database) -> None:
    link = issue(platform_db, 1)[1]
    with Session(platform_db.engine) as session:
        assert ledger.spend(session, link, today=ISSUED)
        session.rollback()
    assert spend(platform_db, link)


def test_a_fresh_link_stands_beside_the_monthly_one(platform_db: Database) -> None:
    monthly = issue(platform_db, 1)[1]
    with platform_db.writing() as session:
        fresh = ledger.issue_fresh(
            session, tenant_id=1, month=MONTH, issued_on=ISSUED, expires_on=LAST_DAY
        )
    assert fresh != monthly
    assert issue(platform_db, 1) == {1: monthly}
    assert spend(platform_db, fresh)
    with platform_db.reading() as session:
        assert {link.id for link in ledger.of_tenant(session, 1)} == {fresh, monthly}


def test_a_forgotten_tenant_is_gone_from_every_link_and_no_other(platform_db: Database) -> None:
    mine, others = issue(platform_db, 1, 2).values()
    with platform_db.writing() as session:
        fresh = ledger.issue_fresh(
            session, tenant_id=1, month=MONTH, issued_on=ISSUED, expires_on=LAST_DAY
        )
        ledger.forget_tenant(session, 1)
    with platform_db.reading() as session:
        assert ledger.of_tenant(session, 1) == []
        assert [link.id for link in ledger.of_tenant(session, 2)] == [others]
        opened = [ledger.look_up(session.connection(), link) for link in (mine, fresh)]
        assert [link.tenant_id for link in opened] == [None, None]
    assert not spend(platform_db, mine)


def test_every_look_at_the_links_goes_through_an_index(platform_db: Database) -> None:
    issue(platform_db, *range(1, 9))
    asked: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, sql: str, given: object, *_: object) -> None:
        asked.append((sql, given))

    event.listen(platform_db.engine, "before_cursor_execute", note)
    with platform_db.writing() as session:
        if platform_db.is_postgresql:
            session.execute(text("SET LOCAL enable_seqscan = off"))
        ledger.issue_monthly(
            session, tenant_ids=[1], month=MONTH, issued_on=ISSUED, expires_on=LAST_DAY
        )
        ledger.of_tenant(session, 1)
        ledger.forget_tenant(session, 1)
        plans = [_plan(session, sql, given) for sql, given in asked if "FROM links" in sql]
    assert len(plans) == 2
    assert all("uq_links_monthly" in plan for plan in plans)
    assert "ix_links_fresh" in plans[1]


def _plan(session: Session, sql: str, given: object) -> str:
    explain = "EXPLAIN" if session.get_bind().dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    connection = session.connection().connection.driver_connection
    assert connection is not None
    return str(connection.cursor().execute(f"{explain} {sql}", given).fetchall())


def test_a_purge_takes_only_links_that_can_no_longer_stop(platform_db: Database) -> None:
    link = issue(platform_db, 1)[1]
    last = LAST_DAY + ledger.STOP_LINKS_LIVE
    with platform_db.writing() as session:
        assert ledger.purge(session, today=last) == 0
        assert session.get_one(Link, link).tenant_id == 1
    with platform_db.writing() as session:
        assert ledger.purge(session, today=last + timedelta(days=1)) == 1
    with platform_db.reading() as session, pytest.raises(LinkMissing):
        ledger.look_up(session.connection(), link)
