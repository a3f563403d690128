"""A month's questions are pinned once."""

from datetime import date

import pytest

from kit.database import Database
from kit.errors import NotFound
from replies.form import rounds

OPENED, CLOSES = date(2026, 12, 1), date(2026, 12, 21)


def _open(database: Database, *questions: str) -> list[str]:
    with database.writing() as session:
        return rounds.open_round(
            session, month="2026-12", questions=questions, opened_on=OPENED, closes_on=CLOSES
        ).questions


def test_an_open_month_keeps_the_questions_it_was_opened_with(platform_db: Database) -> None:
    assert _open(platform_db, "work", "support") == ["changed.3", "work.1", "support.1"]
    assert _open(platform_db, "health") == ["changed.3", "work.1", "support.1"]


def test_a_question_that_does_not_exist_opens_nothing(platform_db: Database) -> None:
    with pytest.raises(NotFound, match="no question “pets”"):
        _open(platform_db, "pets")
    with platform_db.reading() as session, pytest.raises(NotFound, match="No round was opened"):
        rounds.find(session, "2026-12")
