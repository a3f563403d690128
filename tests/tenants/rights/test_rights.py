"""What a tenant may ask for, and that it takes effect at once."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kit.database import Database
from kit.errors import NotFound
from links import ledger
from links.models import Link
from replies.models import DataKey, Reply
from tenants.models import Consent, Tenant
from tenants.rights import rights
from tests.tenants.roster.rosters import MONTH, NOW, TODAY, line, load_lines, marks, tenant

ADDRESS = "a@example.org"


@pytest.fixture
def roster(platform_db: Database) -> Database:
    load_lines(platform_db, line("t1", ADDRESS), line("stranger", "s@example.org"))
    return platform_db


def evidence(database: Database, ref: str = "t1") -> list[tuple[str, bool, str]]:
    query = select(Consent).join(Tenant, Tenant.id == Consent.tenant_id)
    with database.reading() as session:
        rows = session.scalars(query.where(Tenant.tenant_ref == ref).order_by(Consent.id))
        return [(row.kind, row.given, row.source) for row in rows if row.source != "roster"]


def test_a_stop_marks_the_address_and_leaves_its_evidence(roster: Database) -> None:
    with roster.writing() as session:
        rights.stop(session, rights.find(session, "t1"), now=NOW)
    with roster.reading() as session:
        assert tenant(session, "t1").stopped
        assert not tenant(session, "stranger").stopped
    assert marks(roster) == [(ADDRESS, True)]
    assert evidence(roster) == [("monthly_email", False, "tenant")]


def test_a_second_stop_is_no_second_piece_of_evidence(roster: Database) -> None:
    for _ in range(2):
        with roster.writing() as session:
            rights.stop(session, rights.find(session, "t1"), now=NOW)
    assert len(evidence(roster)) == 1


def test_a_stop_and_its_mark_are_one_transaction(roster: Database) -> None:
    with Session(roster.engine) as session:
        rights.stop(session, rights.find(session, "t1"), now=NOW)
        session.rollback()
    assert marks(roster) == []
    with roster.reading() as session:
        assert not tenant(session, "t1").stopped


@pytest.mark.parametrize(
    ("today", "until"),
    [
        (datetime(2026, 11, 30, 12, tzinfo=UTC), date(2027, 2, 28)),
        (datetime(2026, 12, 1, 10, tzinfo=UTC), date(2027, 3, 1)),
        (datetime(2027, 11, 30, 12, tzinfo=UTC), date(2028, 2, 29)),
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), date(2026, 10, 1)),
    ],
)
def test_a_pause_lasts_three_calendar_months_of_london(
    roster: Database, today: datetime, until: date
) -> None:
    with roster.writing() as session:
        assert rights.pause(session, rights.find(session, "t1"), now=today) == until
    assert marks(roster) == [(ADDRESS, True)]


def test_resuming_undoes_a_stop_and_a_pause_but_no_restriction(roster: Database) -> None:
    with roster.writing() as session:
        found = rights.find(session, "t1")
        rights.stop(session, found, now=NOW)
        rights.pause(session, found, now=NOW)
        rights.restrict(session, found, now=NOW)
        rights.resume(session, found, now=NOW)
    with roster.reading() as session:
        found = tenant(session, "t1")
        assert (found.stopped, found.paused_until, found.restricted) == (False, None, True)
    assert evidence(roster) == [
        ("monthly_email", False, "tenant"),
        ("monthly_email", True, "tenant"),
    ]


def test_lifting_a_restriction_leaves_a_stop(roster: Database) -> None:
    with roster.writing() as session:
        found = rights.find(session, "t1")
        rights.stop(session, found, now=NOW)
        rights.restrict(session, found, now=NOW)
        rights.unrestrict(session, found, now=NOW)
    with roster.reading() as session:
        found = tenant(session, "t1")
        assert (found.stopped, found.restricted) == (True, False)


def test_an_objection_keeps_the_emails_and_can_be_taken_back(roster: Database) -> None:
    with roster.writing() as session:
        found = rights.find(session, "t1")
        rights.object_(session, found, now=NOW)
        rights.object_(session, found, now=NOW)
    with roster.reading() as session:
        assert tenant(session, "t1").objected
    with roster.writing() as session:
        rights.unobject(session, rights.find(session, "t1"), now=NOW)
    with roster.reading() as session:
        assert not tenant(session, "t1").objected
    assert marks(roster) == []
    assert evidence(roster) == [("profiling", False, "tenant"), ("profiling", True, "tenant")]


def test_erasure_leaves_nothing_that_leads_to_the_tenant(roster: Database) -> None:
    with roster.writing() as session:
        ids = {ref: rights.find(session, ref).id for ref in ("t1", "stranger")}
        links = ledger.issue_monthly(
            session, tenant_ids=[*ids.values()], month=MONTH, issued_on=TODAY, expires_on=TODAY
        )
        for tenant_id in ids.values():
            session.add(DataKey(tenant_id=tenant_id, master_key="m", wrapped=b"w"))
            session.add(
                Reply(
                    tenant_id=tenant_id,
                    month=MONTH,
                    questions="work.1",
                    sealed=b"s",
                    replied_on=TODAY,
                )
            )
    with roster.writing() as session:
        rights.erase(session, rights.find(session, "t1"), now=NOW)
    with roster.reading() as session:
        stranger = [ids["stranger"]]
        assert list(session.scalars(select(Tenant.id))) == stranger
        assert set(session.scalars(select(Consent.tenant_id))) == set(stranger)
        assert list(session.scalars(select(Reply.tenant_id))) == stranger
        assert list(session.scalars(select(DataKey.tenant_id))) == stranger
        assert session.get_one(Link, links[ids["t1"]]).tenant_id is None
        assert session.get_one(Link, links[ids["stranger"]]).tenant_id == ids["stranger"]
        assert rights.by_id(session, ids["t1"]) is None
    assert marks(roster) == [(ADDRESS, True)]


def test_an_unknown_reference_is_not_found(roster: Database) -> None:
    with roster.reading() as session, pytest.raises(NotFound, match="no tenant “t9”"):
        rights.find(session, "t9")
