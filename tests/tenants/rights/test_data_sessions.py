"""Who gets to see whose data: codes, tries, shared inboxes, and what an attacker learns."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from kit.database import Database
from tenants.models import DataSession, Letter
from tenants.outbox import codes
from tenants.rights import data_sessions, rights
from tenants.rights.data_sessions import TRIES, CodeRefusal
from tests.support.tenants import ALICE, NOW, SHARED, STRANGER, People

MINUTE = timedelta(minutes=1)


def _ask(people: People, address: str = ALICE, now: datetime = NOW) -> bytes:
    with people.database.writing() as session:
        return data_sessions.request_code(session, address=address, keys=people.link_keys, now=now)


def _code(people: People, which: int = -1) -> str:
    """The code of the newest letter, or of another."""
    letter = _letters(people.database)[which]
    return codes.session_code(people.link_keys, bytes.fromhex(letter.details["visit"]))


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

    assert "T-001" == _opened(people, _enter(people, visit, _code(people)))


@pytest.mark.parametrize("written", ["{} ", " {}", "\u00a0{}"])
def test_a_code_may_be_typed_with_spaces(people: People, written: str) -> None:
    visit = _ask(people)
    code = _code(people).replace(" ", "")

    assert isinstance(_enter(people, visit, written.format(code)), bytes)


def test_a_code_works_once(people: People) -> None:
    visit = _ask(people)
    _enter(people, visit, _code(people))

    assert CodeRefusal.OVER == _enter(people, visit, _code(people))


def test_one_code_entered_many_times_at_once_opens_one_visit(people: People) -> None:
    visit = _ask(people)
    code = _code(people)

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda _: _enter(people, visit, code), range(8)))

    assert 1 == sum(isinstance(outcome, bytes) for outcome in outcomes)


def test_a_code_lives_for_an_hour(people: People) -> None:
    visit = _ask(people)
    late = NOW + 60 * MINUTE

    assert CodeRefusal.OVER == _enter(people, visit, _code(people), now=late)
    assert isinstance(_enter(people, visit, _code(people), now=late - timedelta(seconds=1)), bytes)


def test_five_wrong_tries_end_it_even_for_the_right_code(people: People) -> None:
    visit = _ask(people)
    tries = [_enter(people, visit, "0000 0000") for _ in range(5)]

    assert [CodeRefusal.WRONG] * 4 + [CodeRefusal.OVER] == tries
    assert CodeRefusal.OVER == _enter(people, visit, _code(people))


def test_another_visits_code_opens_nothing(people: People) -> None:
    _ask(people)
    mine, theirs = _code(people), _ask(people, STRANGER)

    assert CodeRefusal.WRONG == _enter(people, theirs, mine)


def test_an_open_visit_lasts_thirty_minutes(people: People) -> None:
    first = _ask(people)
    visit = _enter(people, first, _code(people))

    assert "T-001" == _opened(people, visit, NOW + 29 * MINUTE)
    assert None is _opened(people, visit, NOW + 30 * MINUTE)


def test_the_number_that_stood_in_the_page_before_the_code_opens_nothing(people: People) -> None:
    visit = _ask(people)
    _enter(people, visit, _code(people))

    assert None is _opened(people, visit)


def test_an_unknown_address_gets_a_visit_that_never_opens_and_no_letter(people: People) -> None:
    visit = _ask(people, "nobody@example.org")

    assert [] == _letters(people.database)
    assert CodeRefusal.WRONG == _enter(
        people, visit, codes.session_code(people.link_keys, visit), ref=""
    )
    assert "nobody@example.org" not in people.every_row()


def test_a_shared_inbox_opens_one_account_by_its_reference(people: People) -> None:
    visit = _ask(people, SHARED)
    code = _code(people)

    for ref in ("", "T-001"):
        assert CodeRefusal.WHICH == _enter(people, visit, code, ref=ref)
    assert "T-003" == _opened(people, _enter(people, visit, code, ref=" t-003 "))


def test_a_code_alone_opens_nothing_in_an_inbox_that_others_read(people: People) -> None:
    visit = _ask(people)

    for ref in ("", "T-002"):
        assert CodeRefusal.WHICH == _enter(people, visit, _code(people), ref=ref)
    assert "T-001" == _opened(people, _enter(people, visit, _code(people)))


def test_references_of_a_shared_inbox_are_not_guessed_for_ever(people: People) -> None:
    """Whoever reads the inbox has five tries a code, on however many pages."""
    pages = [_ask(people, SHARED, NOW + n * MINUTE) for n in range(6)]
    tries = [_enter(people, page, _code(people, 0), ref=f"T-{n}") for n, page in enumerate(pages)]

    assert [CodeRefusal.WHICH] * 4 + [CodeRefusal.OVER, CodeRefusal.WRONG] == tries


def test_a_letter_holds_no_code(people: People) -> None:
    _ask(people)
    code = _code(people)

    assert code not in people.every_row()
    assert code.replace(" ", "") not in people.every_row()


def test_an_address_gets_three_codes_an_hour_and_six_a_day(people: People) -> None:
    for minute in range(5):
        _ask(people, now=NOW + minute * MINUTE)
    assert 3 == len(_letters(people.database))
    for minute in range(5):
        _ask(people, now=NOW + timedelta(hours=2, minutes=minute))
    assert 6 == len(_letters(people.database))
    assert isinstance(_ask(people, STRANGER), bytes)
    assert 7 == len(_letters(people.database))


def test_whoever_floods_an_address_never_keeps_its_owner_out(people: People) -> None:
    """Requests for two days, and at any moment the inbox holds a code that works."""
    shut = []
    for minute in range(0, 2 * 24 * 60, 4):
        now = NOW + minute * MINUTE
        page = _ask(people, now=now)
        if minute % 92:
            continue
        for _ in range(TRIES):
            _enter(people, _ask(people, now=now), "0000 0000", now=now)
        if not isinstance(_enter(people, page, _code(people), now=now + 9 * MINUTE), bytes):
            shut.append(minute)

    assert [] == shut
    assert 70 > len(_letters(people.database))


def test_a_page_takes_any_code_of_the_last_hour_and_each_of_them_once(people: People) -> None:
    pages = [_ask(people, now=NOW + n * MINUTE) for n in range(4)]

    assert isinstance(_enter(people, pages[3], _code(people, 0)), bytes)
    assert CodeRefusal.WRONG == _enter(people, pages[1], _code(people, 0))
    assert isinstance(_enter(people, pages[1], _code(people, 1)), bytes)


def test_an_erased_tenants_visit_is_over(people: People) -> None:
    first = _ask(people)
    visit = _enter(people, first, _code(people))
    with people.database.writing() as session:
        rights.erase(session, rights.find(session, "T-001"), now=NOW)

    assert None is _opened(people, visit)
    with people.database.reading() as session:
        assert [] == session.scalars(select(DataSession)).all()


def test_a_key_rotated_meanwhile_leaves_a_code_good(people: People) -> None:
    visit = _ask(people)
    code = _code(people)
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
