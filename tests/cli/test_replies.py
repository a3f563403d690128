"""Rights, the vault and tokens from the command line."""

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from checkin.databases import platform
from kit import settings
from links import ledger
from replies import intake, reading
from replies.form import rounds
from replies.form.questions import Answers
from replies.vault.sealing import open_vault
from tenants.models import Tenant
from tenants.rights import rights
from tests.cli.conftest import Cli

DAY, MONTH = date(2026, 12, 3), "2026-12"
ROSTER = (
    "tenant_ref,email,housing_association,monthly_email\nT-1,{},Northfield Homes (example),yes\n"
)
OPEN = (
    *("replies", "open", "T-1", "--month", MONTH, "--reason", "complaint 17: a lost reply"),
    *("--by", "officer@example.org", "--second"),
)


@pytest.fixture
def replied(cli: Cli, empty: Path) -> Cli:
    """A platform with one tenant who has replied."""
    (empty / "roster.csv").write_text(ROSTER.format("tenant-001@example.org"))
    assert 0 == cli("tenants", "import", "roster.csv").exit_code
    chosen = settings.load()
    database = platform(chosen)
    with database.writing() as session:
        tenant = rights.find(session, "T-1")
        rounds.open_round(session, month=MONTH, questions=["work"], opened_on=DAY, closes_on=DAY)
        link_id = ledger.issue_fresh(
            session, tenant_id=tenant.id, month=MONTH, issued_on=DAY, expires_on=DAY
        )
        vault = open_vault(chosen.vault_keys)
        answers: Answers = {"changed": "no"}
        intake.submit(session, vault, link_id=link_id, answers=answers, today=DAY)
    database.dispose()
    return cli


def _held(cli: Cli) -> dict[str, list[dict[str, object]]]:
    held: dict[str, list[dict[str, object]]] = json.loads(cli("tenants", "export", "T-1").stdout)
    return held


def _answers() -> list[dict[str, object]]:
    chosen = settings.load()
    database = platform(chosen)
    with database.reading() as session:
        tenant_id = session.scalars(select(Tenant.id)).one()
        held = reading.held_about(session, open_vault(chosen.vault_keys), tenant_id)
    database.dispose()
    return [reply["answers"] for reply in held]


def test_an_export_leaves_the_answers_out(replied: Cli) -> None:
    assert "replies" not in _held(replied)


def test_an_export_with_the_answers_takes_two_people_and_tells_the_tenant(replied: Cli) -> None:
    people = ("--reason", "complaint 17: a lost reply", "--by", "officer@example.org", "--second")
    export = ("tenants", "export", "T-1", "--replies", *people)
    assert 1 == replied("tenants", "export", "T-1", "--replies").exit_code
    assert 1 == replied(*export, "officer@example.org").exit_code
    assert [] == _held(replied)["openings"]

    result = replied(*export, "manager@example.org")

    assert [{"changed": "no"}] == [each["answers"] for each in json.loads(result.stdout)["replies"]]
    assert "the tenant is told" in result.stderr
    assert ["complaint 17: a lost reply"] == [row["reason"] for row in _held(replied)["openings"]]


def test_no_export_opens_the_replies_of_a_restricted_tenant(replied: Cli) -> None:
    replied("tenants", "restrict", "T-1")
    people = ("--reason", "complaint 17: a lost reply", "--by", "officer@example.org")

    result = replied(
        "tenants", "export", "T-1", "--replies", *people, "--second", "manager@example.org"
    )

    assert (1, "") == (result.exit_code, result.stdout)
    assert [] == _held(replied)["openings"]


def test_one_reply_is_opened_printed_and_on_the_tenants_record(replied: Cli) -> None:
    result = replied(*OPEN, "manager@example.org")

    assert (0, {"changed": "no"}) == (result.exit_code, json.loads(result.stdout)["answers"])
    assert "the tenant is told" in result.stderr
    assert ["complaint 17: a lost reply"] == [row["reason"] for row in _held(replied)["openings"]]


def test_nobody_opens_a_reply_alone(replied: Cli) -> None:
    result = replied(*OPEN, "officer@example.org")

    assert (1, "") == (result.exit_code, result.stdout)
    assert "second: is the same person" in result.stderr
    assert [] == _held(replied)["openings"]


def test_a_reply_is_corrected_from_a_file(replied: Cli, empty: Path) -> None:
    answers = {"changed": "yes", "topics": ["work"], "work": "not-said"}
    (empty / "answers.json").write_text(json.dumps(answers))

    result = replied("tenants", "correct", "T-1", "--month", MONTH, "answers.json")

    assert 0 == result.exit_code
    assert [answers] == _answers()


@pytest.mark.parametrize("content", ["", "[]", '{"changed": 1}', '{"changed": "maybe"}'])
def test_a_file_that_answers_nothing_is_refused(replied: Cli, empty: Path, content: str) -> None:
    (empty / "answers.json").write_text(content)

    result = replied("tenants", "correct", "T-1", "--month", MONTH, "answers.json")

    assert 1 == result.exit_code
    assert [{"changed": "no"}] == _answers()


@pytest.mark.parametrize("arguments", [[], ["--month", MONTH]])
def test_replies_are_deleted_and_the_tenant_stays(replied: Cli, arguments: list[str]) -> None:
    assert 0 == replied("tenants", "delete-replies", "T-1", *arguments).exit_code

    assert [] == _answers()


def test_a_table_can_be_exported(replied: Cli) -> None:
    shown = replied("tenants", "export", "T-1", "--csv").stdout

    assert shown.startswith("part,number,name,value")
    assert "tenant,1,email,tenant-001@example.org" in shown


def test_requests_are_listed_until_they_are_answered(replied: Cli) -> None:
    database = platform(settings.load())
    with database.writing() as session:
        tenant = rights.find(session, "T-1")
        rights.ask_a_person(session, tenant, now=tenant.changed_at)
    database.dispose()

    assert "T-1: answer due by" in replied("tenants", "requests").stdout
    assert 0 == replied("tenants", "answered", "T-1").exit_code
    assert "" == replied("tenants", "requests").stdout


def test_a_rotation_rewraps_and_the_reply_still_opens(replied: Cli) -> None:
    result = replied("keys", "rotate", "vault")

    assert (0, True) == (result.exit_code, "Data keys rewrapped: 1" in result.stdout)
    assert [{"changed": "no"}] == _answers()


def test_a_token_is_shown_once(cli: Cli) -> None:
    made = cli("api", "token", "add", "account-page", "--scope", "replies:read").stdout.strip()
    shown = cli("api", "token", "list").stdout

    assert made.startswith("checkin_")
    assert "account-page: replies:read" in shown
    assert made not in shown
    assert 0 == cli("api", "token", "remove", "account-page").exit_code
    assert "" == cli("api", "token", "list").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["x", "--scope", "submitted:read"],
        ["x", "--scope", "replies:read", "--association", "Northfield Homes (example)"],
        ["x", "--scope", "submitted:read", "--scope", "replies:read", "--association", "A"],
        ["", "--scope", "replies:read"],
    ],
)
def test_scopes_that_do_not_go_together_are_refused(cli: Cli, arguments: list[str]) -> None:
    assert 1 == cli("api", "token", "add", *arguments).exit_code
    assert "" == cli("api", "token", "list").stdout
