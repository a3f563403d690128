"""Who gets to see whose data: codes, tries, shared inboxes, and what an attacker learns."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from kit.database import Database
from tenants.models import DataSession, Letter
from tenants.outbox import codes
from tenants.rights import data_sessions, rights
from tenants.rights.data_sessions import CodeRefusal
from tests.support.tenants import ALICE, NOW, SHARED, STRANGER, People

MINUTE = timedelta(minutes=1)


def _ask(people: People, address: str = ALICE, now: datetime = NOW) -> bytes:
    with people.database.writing() as session:
        return data_sessions.request_code(session, address=address, keys=people.link_keys, now=now)


def _code(people: People, visit_id: bytes) -> str:
    return codes.session_code(people.link_keys, visit_id)


def _enter(
    people: People, visit_id: bytes, code: str, *, ref: str = "T-001", now: datetime = NOW
) -> bytes | CodeRefusal:
    with people.database.writing() as session:
        return data_sessions.enter(
            session, session_id=visit_id, code=code, ref=ref, keys=people.link_keys, now=now
        )


def _opened(people: People, visit: bytes | CodeRefusal, now: datetime = NOW) -> str | None:
    assert isinstance(visit, bytes)
    with people.database.writing() as session:
        tenant = data_sessions.tenant_of(session, visit, now=now)
        return tenant.tenant_ref if tenant else None


def _letters(database: Database) -> list[Letter]:
    with database.reading() as session:
        return list(session.scalars(select(Letter).order_by(Letter.id)))


def test_the_code_opens_the_data_of_its_address_and_no_other(people: People) -> None:
    visit = _ask(people)

    assert "T-001" == _opened(people, _enter(people, visit, _code(people, visit)))


@pytest.mark.parametrize("written", ["{} ", " {}", "\u00a0{}"])
def test_a_code_may_be_typed_with_spaces(people: People, written: str) -> None:
    visit = _ask(people)
    code = _code(people, visit).replace(" ", "")

    assert isinstance(_enter(people, visit, written.format(code)), bytes)


def test_a_code_works_once(people: People) -> None:
    visit = _ask(people)
    _enter(people, visit, _code(people, visit))

    assert CodeRefusal.OVER == _enter(people, visit, _code(people, visit))


def test_one_code_entered_many_times_at_once_opens_one_visit(people: People) -> None:
    visit = _ask(people)
    code = _code(people, visit)

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda _: _enter(people, visit, code), range(8)))

    assert 1 == sum(isinstance(outcome, bytes) for outcome in outcomes)


def test_a_code_lives_for_fifteen_minutes(people: People) -> None:
    visit = _ask(people)
    late = NOW + 15 * MINUTE

    assert CodeRefusal.OVER == _enter(people, visit, _code(people, visit), now=late)
    assert isinstance(
        _enter(people, visit, _code(people, visit), now=late - timedelta(seconds=1)), bytes
    )


def test_five_wrong_tries_end_it_even_for_the_right_code(people: People) -> None:
    visit = _ask(people)
    tries = [_enter(people, visit, "0000 0000") for _ in range(5)]

    assert [CodeRefusal.WRONG] * 4 + [CodeRefusal.OVER] == tries
    assert CodeRefusal.OVER == _enter(people, visit, _code(people, visit))


def test_another_visits_code_opens_nothing(people: People) -> None:
    mine, theirs = _ask(people), _ask(people, STRANGER)

    assert CodeRefusal.WRONG == _enter(people, theirs, _code(people, mine))


def test_an_open_visit_lasts_thirty_minutes(people: People) -> None:
    first = _ask(people)
    visit = _enter(people, first, _code(people, first))

    assert "T-001" == _opened(people, visit, NOW + 29 * MINUTE)
    assert None is _opened(people, visit, NOW + 30 * MINUTE)


def test_the_number_that_stood_in_the_page_before_the_code_opens_nothing(people: People) -> None:
    visit = _ask(people)
    _enter(people, visit, _code(people, visit))

    assert None is _opened(people, visit)


def test_an_unknown_address_gets_a_visit_that_never_opens_and_no_letter(people: People) -> None:
    visit = _ask(people, "nobody@example.org")

    assert [] == _letters(people.database)
    assert CodeRefusal.WRONG == _enter(people, visit, _code(people, visit))
    assert "nobody@example.org" not in people.every_row()


def test_a_shared_inbox_opens_one_account_by_its_reference(people: People) -> None:
    visit = _ask(people, SHARED)
    code = _code(people, visit)

    for ref in ("", "T-001"):
        assert CodeRefusal.WHICH == _enter(people, visit, code, ref=ref)
    assert "T-003" == _opened(people, _enter(people, visit, code, ref=" t-003 "))


def test_a_code_alone_opens_nothing_in_an_inbox_that_others_read(people: People) -> None:
    visit = _ask(people)

    for ref in ("", "T-002"):
        assert CodeRefusal.WHICH == _enter(people, visit, _code(people, visit), ref=ref)
    assert "T-001" == _opened(people, _enter(people, visit, _code(people, visit)))


def test_references_of_a_shared_inbox_are_not_guessed_for_ever(people: People) -> None:
    visit = _ask(people, SHARED)
    tries = [_enter(people, visit, _code(people, visit), ref=f"T-{n}") for n in range(5)]

    assert [CodeRefusal.WHICH] * 4 + [CodeRefusal.OVER] == tries


def test_a_letter_holds_no_code(people: People) -> None:
    visit = _ask(people)
    code = _code(people, visit)

    assert code not in people.every_row()
    assert code.replace(" ", "") not in people.every_row()


def test_an_address_gets_three_codes_an_hour_and_six_a_day(people: People) -> None:
    for minute in range(5):
        _ask(people, now=NOW + minute * MINUTE)
    assert 3 == len(_letters(people.database))

    for hour in range(1, 10):
        _ask(people, now=NOW + timedelta(hours=hour, minutes=hour))
    assert 6 == len(_letters(people.database))
    assert isinstance(_ask(people, STRANGER), bytes)
    assert 7 == len(_letters(people.database))


def test_a_visit_without_a_letter_never_opens(people: People) -> None:
    asked = [_ask(people) for _ in range(4)]

    assert CodeRefusal.WRONG == _enter(people, asked[3], _code(people, asked[3]))
    assert isinstance(_enter(people, asked[2], _code(people, asked[2])), bytes)


def test_an_erased_tenants_visit_is_over(people: People) -> None:
    first = _ask(people)
    visit = _enter(people, first, _code(people, first))
    with people.database.writing() as session:
        rights.erase(session, rights.find(session, "T-001"), now=NOW)

    assert None is _opened(people, visit)
    with people.database.reading() as session:
        assert [] == session.scalars(select(DataSession)).all()


def test_a_key_rotated_meanwhile_leaves_a_code_good(people: People) -> None:
    visit = _ask(people)
    code = _code(people, visit)
    with people.database.writing() as session:
        entered = data_sessions.enter(
            session,
            session_id=visit,
            code=code,
            ref="T-001",
            keys=(*people.link_keys, b"n" * 32),
            now=NOW,
        )

    assert "T-001" == _opened(people, entered)
