"""Breaking the glass: one record, two people, a reason, a log that stays, a tenant who is told."""

from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from kit.errors import BadInput, NotFound, Refused
from replies import openings
from replies.models import Opening
from tenants.models import Letter
from tenants.outbox.letters import Kind
from tenants.rights import break_glass, evidence, rights
from tests.support.replies import WORK_ENDED
from tests.support.tenants import MONTH, NEXT_MONTH, NOW, People

GOOD = {
    "ref": "T-001",
    "month": MONTH,
    "reason": "complaint 17: the reply seems to be lost",
    "by": "officer@example.org",
    "second": "manager@example.org",
}


def _open(people: People, **other: str) -> dict[str, Any]:
    with people.database.writing() as session:
        return break_glass.open_reply(session, people.vault, now=NOW, **{**GOOD, **other})


def _logged(people: People) -> list[tuple[int, str, str, str]]:
    with people.database.reading() as session:
        return [
            (row.tenant_id, row.month, row.opened_by, row.agreed_by)
            for row in session.scalars(select(Opening))
        ]


def test_one_record_is_shown_and_logged(people: People) -> None:
    people.world.reply(people.id_of("T-001"), month=NEXT_MONTH)

    shown = _open(people)

    assert (MONTH, WORK_ENDED) == (shown["month"], shown["answers"])
    assert [(people.id_of("T-001"), MONTH, GOOD["by"], GOOD["second"])] == _logged(people)


def test_the_tenant_is_told_by_letter_and_on_their_page(people: People) -> None:
    _open(people)

    with people.database.reading() as session:
        letter = session.scalars(select(Letter)).one()
        told = openings.of_tenant(session, people.id_of("T-001"))
        log = evidence.of_tenant(session, people.id_of("T-001"))
    assert (people.id_of("T-001"), Kind.OPENED) == (letter.tenant_id, letter.kind)
    assert {"months": [MONTH], "opened_on": "2026-12-04"} == letter.details
    assert [GOOD["reason"]] == [row.reason for row in told]
    assert [("reply-opened", "break-glass")] == [(row.action, row.source) for row in log]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("second", "officer@example.org"),
        ("second", " Officer@Example.org "),
        ("second", "officer+two@example.org"),
        ("second", "nobody"),
        ("second", ""),
        ("by", "a@b@c"),
        ("reason", "because"),
        ("reason", "          "),
        ("reason", "x" * 1001),
    ],
)
def test_without_a_second_person_and_a_reason_nothing_opens(
    people: People, field: str, value: str
) -> None:
    with pytest.raises(BadInput) as raised:
        _open(people, **{field: value})

    assert [field] == [problem.where for problem in raised.value.problems]
    assert [] == _logged(people)


def test_a_month_without_a_reply_is_not_found_and_not_logged(people: People) -> None:
    with pytest.raises(NotFound, match="nothing was opened"):
        _open(people, month=NEXT_MONTH)

    assert [] == _logged(people)


def test_a_restricted_tenants_reply_stays_closed(people: People) -> None:
    with people.database.writing() as session:
        rights.restrict(session, rights.find(session, "T-001"), now=NOW)

    with pytest.raises(Refused, match="restricted"):
        _open(people)
    assert [] == _logged(people)


def test_the_database_refuses_to_change_or_delete_the_log(people: People) -> None:
    _open(people)
    for statement in (update(Opening).values(reason="none of it"), delete(Opening)):
        with pytest.raises(DBAPIError, match="only ever added to"), people.database.writing() as s:
            s.execute(statement)

    assert 1 == len(_logged(people))


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_postgresql_refuses_to_empty_the_log(people: People) -> None:
    with pytest.raises(DBAPIError, match="only ever added to"), people.database.writing() as s:
        s.execute(text("TRUNCATE openings"))


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_sqlite_refuses_to_replace_a_row_of_the_log(people: People) -> None:
    _open(people)
    replacing = text(
        "INSERT OR REPLACE INTO openings SELECT id, tenant_id, month, '', opened_by, agreed_by,"
        " opened_at FROM openings"
    )
    with pytest.raises(DBAPIError, match="only ever added to"), people.database.writing() as s:
        s.execute(replacing)


def test_the_log_outlives_the_tenant_and_leads_to_nobody(people: People) -> None:
    erased = people.id_of("T-001")
    _open(people)
    with people.database.writing() as session:
        rights.erase(session, rights.find(session, "T-001"), now=NOW)

    assert [erased] == [row[0] for row in _logged(people)]
    with people.database.reading() as session:
        assert rights.by_id(session, erased) is None
