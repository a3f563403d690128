"""What an association may read: what was expressly submitted to it, and nothing beside."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from kit.database import Database
from links import ledger
from replies import erasure, intake, submissions
from replies.form import rounds
from replies.form.questions import Answers
from replies.models import Submission
from replies.submissions import Submitted
from replies.vault import master_keys
from replies.vault.sealing import Vault, open_vault

MONTH = "2026-12"
TODAY, CLOSES = date(2026, 12, 3), date(2026, 12, 21)
NORTHFIELD, STRANGER = "Northfield Homes (example)", "Southfield Homes (example)"
HELP: Answers = {"changed": "no-but-help", "support": ["rent"]}
NO_CHANGE: Answers = {"changed": "no"}
ALICE, BOB = 1, 2


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    master_keys.create(tmp_path / "vault")
    return open_vault(str(tmp_path / "vault"))


@pytest.fixture
def platform(platform_db: Database) -> Database:
    with platform_db.writing() as session:
        rounds.open_round(
            session, month=MONTH, questions=["support"], opened_on=TODAY, closes_on=CLOSES
        )
    return platform_db


def _reply(
    database: Database, vault: Vault, tenant_id: int, answers: Answers, show_to: str | None
) -> None:
    with database.writing() as session:
        link_id = ledger.issue_fresh(
            session, tenant_id=tenant_id, month=MONTH, issued_on=TODAY, expires_on=CLOSES
        )
        intake.submit(
            session, vault, link_id=link_id, answers=answers, today=TODAY, show_to=show_to
        )


def _listed(
    database: Database, vault: Vault, association: str = NORTHFIELD, after: int = 0
) -> list[Submitted]:
    with database.reading() as session:
        return submissions.listed(
            session, vault, housing_association=association, after=after, limit=10
        )


def test_only_what_was_submitted_is_listed_and_only_for_its_association(
    platform: Database, vault: Vault
) -> None:
    _reply(platform, vault, ALICE, HELP, NORTHFIELD)
    _reply(platform, vault, BOB, HELP, None)
    (shown,) = _listed(platform, vault)
    assert (shown.tenant_id, shown.month, shown.submitted_on) == (ALICE, MONTH, TODAY)
    assert shown.answers == HELP
    assert ("What help would you like?", ("Changing how I pay my rent",)) in shown.in_words
    assert _listed(platform, vault, STRANGER) == []
    assert _listed(platform, vault, after=shown.cursor) == []


def test_a_reply_that_tells_of_nothing_is_not_passed_on(platform: Database, vault: Vault) -> None:
    _reply(platform, vault, ALICE, NO_CHANGE, NORTHFIELD)
    assert _listed(platform, vault) == []


def test_a_newer_reply_that_is_not_submitted_takes_the_older_one_back(
    platform: Database, vault: Vault
) -> None:
    _reply(platform, vault, ALICE, HELP, NORTHFIELD)
    _reply(platform, vault, ALICE, HELP, None)
    assert _listed(platform, vault) == []


def test_a_submission_can_be_withdrawn_and_the_reply_stays(
    platform: Database, vault: Vault
) -> None:
    _reply(platform, vault, ALICE, HELP, NORTHFIELD)
    with platform.writing() as session:
        assert submissions.shown_to(session, ALICE) == {MONTH: NORTHFIELD}
        assert submissions.revoke(session, tenant_id=ALICE, month=MONTH)
        assert not submissions.revoke(session, tenant_id=ALICE, month=MONTH)
    assert _listed(platform, vault) == []


def test_erasing_a_tenant_takes_the_submission_with_the_reply(
    platform: Database, vault: Vault
) -> None:
    _reply(platform, vault, ALICE, HELP, NORTHFIELD)
    with platform.writing() as session:
        erasure.delete_all(session, ALICE)
    with platform.reading() as session:
        assert session.scalars(select(Submission)).all() == []


def test_a_tenant_whose_data_is_restricted_is_left_out(platform: Database, vault: Vault) -> None:
    _reply(platform, vault, ALICE, HELP, NORTHFIELD)
    _reply(platform, vault, BOB, HELP, NORTHFIELD)
    with platform.reading() as session:
        listed = submissions.listed(
            session, vault, housing_association=NORTHFIELD, limit=10, leaving_out=[ALICE]
        )
    assert [one.tenant_id for one in listed] == [BOB]


def test_ethnicity_is_never_shown() -> None:
    answers: Answers = {"changed": "yes", "ethnicity": "x", "ethnicity-other": "y", "work": "ended"}
    assert submissions.without_private(answers) == {"changed": "yes", "work": "ended"}
