"""The vault, attacked through the database: on SQLite and PostgreSQL."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from kit.database import Database
from links import ledger
from links.models import Link
from replies import erasure, intake, reading
from replies.form import rounds
from replies.form.questions import CATALOGUE, Answers, form, pin, pinned_text
from replies.models import DataKey, Reply
from replies.vault import master_keys
from replies.vault.ciphertext import room
from replies.vault.master_keys import KeyUnavailable
from replies.vault.sealing import Unreadable, Vault, open_vault

MONTH, NEXT_MONTH = "2026-12", "2027-01"
OPENED, TODAY, CLOSES = date(2026, 12, 1), date(2026, 12, 3), date(2027, 1, 31)
QUESTIONS = ["work", "benefits", "support"]
ALICE, BOB = 1, 2
SHORT: Answers = {"changed": "no"}
LONG: Answers = {
    "changed": "yes",
    "topics": ["work", "benefits"],
    "work": "ending",
    "work-when": "later",
    "benefits": "waiting",
    "benefits-which": ["universal-credit", "housing", "council-tax", "disability", "carer"],
    "support": ["rent", "benefits", "debts", "bills", "work", "health"],
}


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    master_keys.create(tmp_path / "vault")
    return open_vault(str(tmp_path / "vault"))


@pytest.fixture
def rounds_open(platform_db: Database) -> Database:
    with platform_db.writing() as session:
        for month in (MONTH, NEXT_MONTH):
            rounds.open_round(
                session, month=month, questions=QUESTIONS, opened_on=OPENED, closes_on=CLOSES
            )
    return platform_db


def _reply(
    database: Database, vault: Vault, tenant_id: int, answers: Answers, month: str = MONTH
) -> int | None:
    with database.writing() as session:
        link_id = ledger.issue_fresh(
            session, tenant_id=tenant_id, month=month, issued_on=OPENED, expires_on=CLOSES
        )
    with database.writing() as session:
        return intake.submit(session, vault, link_id=link_id, answers=answers, today=TODAY)


def _held(database: Database, vault: Vault, tenant_id: int) -> list[object]:
    with database.reading() as session:
        return [item["answers"] for item in reading.held_about(session, vault, tenant_id)]


def test_a_reply_comes_back_to_its_tenant_and_to_nobody_else(
    rounds_open: Database, vault: Vault
) -> None:
    _reply(rounds_open, vault, ALICE, LONG)
    _reply(rounds_open, vault, BOB, SHORT)
    assert _held(rounds_open, vault, ALICE) == [LONG]
    assert _held(rounds_open, vault, BOB) == [SHORT]
    assert _held(rounds_open, vault, 3) == []


def test_what_is_held_is_told_in_words(rounds_open: Database, vault: Vault) -> None:
    _reply(rounds_open, vault, ALICE, SHORT)
    with rounds_open.reading() as session:
        held = reading.held_about(session, vault, ALICE)
    assert held == [
        {
            "month": MONTH,
            "replied_on": "2026-12-03",
            "answers": {"changed": "no"},
            "in_words": [
                {"question": "Has anything changed since our last check-in?", "answers": ["No"]}
            ],
            "shown_to": None,
            "safe_contact": [],
            "left_out": [],
        }
    ]


def test_every_reply_to_one_question_set_has_one_length(
    rounds_open: Database, vault: Vault
) -> None:
    for tenant_id, answers in ((ALICE, SHORT), (BOB, LONG)):
        _reply(rounds_open, vault, tenant_id, answers)
    with rounds_open.reading() as session:
        assert len({len(reply.sealed) for reply in session.scalars(select(Reply))}) == 1


def test_the_longest_reply_fits_into_its_padding() -> None:
    every = pin(question.key for question in CATALOGUE)
    longest = {
        question.key: [option.key for option in question.options] for question in form(every)
    }
    assert len(str(longest)) < room(pinned_text(every))


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_no_answer_can_be_read_in_the_database_file(
    rounds_open: Database, vault: Vault, tmp_path: Path
) -> None:
    _reply(rounds_open, vault, ALICE, LONG)
    rounds_open.dispose()
    for file in tmp_path.glob("platform.db*"):
        for word in (b"universal-credit", b"ending", b"council-tax", b"waiting"):
            assert word not in file.read_bytes()
    with sqlite3.connect(tmp_path / "platform.db") as connection:
        assert connection.execute("SELECT count(*) FROM replies").fetchone() == (1,)
    connection.close()


def test_no_answer_can_be_read_in_any_row(rounds_open: Database, vault: Vault) -> None:
    _reply(rounds_open, vault, ALICE, LONG)
    with rounds_open.reading() as session:
        rows = [*session.scalars(select(Reply)), *session.scalars(select(DataKey))]
        text = "".join(repr(vars(row)) for row in rows)
    assert "work.1" in text
    for word in ("universal-credit", "ending", "council-tax", "waiting", "no-but-help"):
        assert word not in text


def test_a_reply_keeps_its_day_and_no_time(rounds_open: Database, vault: Vault) -> None:
    _reply(rounds_open, vault, ALICE, SHORT)
    with rounds_open.reading() as session:
        assert session.scalars(select(Reply.replied_on)).all() == [TODAY]


def test_two_tenants_swapped_ciphertexts_are_refused(rounds_open: Database, vault: Vault) -> None:
    for tenant_id, answers in ((ALICE, SHORT), (BOB, LONG)):
        _reply(rounds_open, vault, tenant_id, answers)
    with rounds_open.writing() as session:
        first, second = session.scalars(select(Reply))
        first.sealed, second.sealed = second.sealed, first.sealed
    for tenant_id in (ALICE, BOB):
        with pytest.raises(Unreadable, match="altered or belongs to another tenant"):
            _held(rounds_open, vault, tenant_id)


def test_two_tenants_swapped_ciphertexts_and_keys_are_refused(
    rounds_open: Database, vault: Vault
) -> None:
    for tenant_id, answers in ((ALICE, SHORT), (BOB, LONG)):
        _reply(rounds_open, vault, tenant_id, answers)
    with rounds_open.writing() as session:
        replies, keys = session.scalars(select(Reply)), session.scalars(select(DataKey))
        (first, second), (one, other) = replies, keys
        first.sealed, second.sealed = second.sealed, first.sealed
        one.wrapped, other.wrapped = other.wrapped, one.wrapped
    for tenant_id in (ALICE, BOB):
        with pytest.raises(KeyUnavailable, match="does not open this data key"):
            _held(rounds_open, vault, tenant_id)


@pytest.mark.parametrize("column", ["month", "questions"])
def test_a_reply_moved_to_another_month_or_question_set_is_refused(
    rounds_open: Database, vault: Vault, column: str
) -> None:
    _reply(rounds_open, vault, ALICE, SHORT)
    moved = {"month": NEXT_MONTH, "questions": "changed.1"}
    with rounds_open.writing() as session:
        setattr(session.scalars(select(Reply)).one(), column, moved[column])
    with pytest.raises(Unreadable):
        _held(rounds_open, vault, ALICE)


def test_a_tenant_s_replies_share_one_key_that_was_made_with_the_first(
    rounds_open: Database, vault: Vault
) -> None:
    _reply(rounds_open, vault, ALICE, SHORT)
    _reply(rounds_open, vault, ALICE, LONG, month=NEXT_MONTH)
    with rounds_open.reading() as session:
        assert session.scalars(select(DataKey.tenant_id)).all() == [ALICE]
    assert _held(rounds_open, vault, ALICE) == [SHORT, LONG]


def test_two_first_replies_at_once_share_one_key(rounds_open: Database, vault: Vault) -> None:
    with ThreadPoolExecutor(8) as pool:
        for tenant_id in range(10, 20):
            for month in (MONTH, NEXT_MONTH):
                pool.submit(_reply, rounds_open, vault, tenant_id, LONG, month=month)
    for tenant_id in range(10, 20):
        assert _held(rounds_open, vault, tenant_id) == [LONG, LONG]


def test_a_reply_that_cannot_be_stored_spends_no_link(platform_db: Database, vault: Vault) -> None:
    with platform_db.writing() as session:
        link_id = ledger.issue_fresh(
            session, tenant_id=ALICE, month=MONTH, issued_on=OPENED, expires_on=CLOSES
        )
    with pytest.raises(Exception, match="No round was opened"), platform_db.writing() as session:
        intake.submit(session, vault, link_id=link_id, answers=SHORT, today=TODAY)
    with platform_db.reading() as session:
        assert session.get_one(Link, link_id).spent_on is None
        assert session.scalars(select(DataKey)).all() == []


def test_a_forgotten_tenant_leaves_neither_reply_nor_key(
    rounds_open: Database, vault: Vault
) -> None:
    for tenant_id in (ALICE, BOB):
        _reply(rounds_open, vault, tenant_id, LONG)
    with rounds_open.writing() as session:
        erasure.delete_all(session, ALICE)
    assert _held(rounds_open, vault, ALICE) == []
    assert _held(rounds_open, vault, BOB) == [LONG]
    with rounds_open.reading() as session:
        assert session.scalars(select(DataKey.tenant_id)).all() == [BOB]


def test_a_reply_whose_key_was_destroyed_is_lost_for_good(
    rounds_open: Database, vault: Vault
) -> None:
    _reply(rounds_open, vault, ALICE, LONG)
    with rounds_open.writing() as session:
        session.delete(session.get_one(DataKey, ALICE))
    with pytest.raises(Unreadable, match="was erased"):
        _held(rounds_open, vault, ALICE)
