"""Everything held about one tenant, and nothing about another."""

from datetime import timedelta
from pathlib import Path

import pytest

from kit.database import Database
from links import ledger
from replies import intake
from replies.form import rounds
from replies.vault import master_keys
from replies.vault.master_keys import LocalRing
from replies.vault.sealing import Vault
from tenants.rights import rights
from tenants.rights.export import as_json, export
from tests.tenants.roster.rosters import MONTH, NOW, TODAY, line, load_lines, tenant

KEEPS = timedelta(days=90)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    master_keys.create(tmp_path / "vault")
    return Vault(LocalRing(tmp_path / "vault"))


@pytest.fixture
def replied(platform_db: Database, vault: Vault) -> Database:
    load_lines(platform_db, line("t1", "a@example.org"), line("stranger", "s@example.org"))
    with platform_db.writing() as session:
        rounds.open_round(
            session, month=MONTH, questions=["work"], opened_on=TODAY, closes_on=TODAY
        )
        for ref in ("t1", "stranger"):
            link = ledger.issue_monthly(
                session,
                tenant_ids=[tenant(session, ref).id],
                month=MONTH,
                issued_on=TODAY,
                expires_on=TODAY,
            )
            intake.submit(
                session,
                vault,
                link_id=next(iter(link.values())),
                answers={"changed": "no"},
                today=TODAY,
            )
        rights.stop(session, tenant(session, "t1"), now=NOW)
    return platform_db


def test_an_export_holds_the_tenant_the_consents_the_links_and_the_replies(
    replied: Database, vault: Vault
) -> None:
    with replied.reading() as session:
        held = export(session, tenant(session, "t1"), vault=vault, sender_keeps=KEEPS)
    assert held["tenant"] == {
        "tenant_ref": "t1",
        "email": "a@example.org",
        "housing_association": "Northfield Homes (example)",
        "language": "en",
        "monthly_email": True,
        "profiling": True,
        "objected": False,
        "stopped": True,
        "paused_until": None,
        "restricted": False,
        "changed_at": "2026-12-01T09:50:00+00:00",
    }
    assert [(one["kind"], one["given"], one["source"]) for one in held["consents"]] == [
        ("monthly_email", True, "roster"),
        ("profiling", True, "roster"),
        ("monthly_email", False, "tenant"),
    ]
    assert held["links"] == [
        {
            "month": "2026-12",
            "issued_on": "2026-12-01",
            "expires_on": "2026-12-01",
            "spent_on": "2026-12-01",
        }
    ]
    assert [(one["what"], one["until"]) for one in held["held_by_sender"]] == [
        ("address", "2027-03-08"),
        ("do-not-mail", "2026-12-08"),
    ]
    assert [(one["month"], one["answers"]) for one in held["replies"]] == [
        ("2026-12", {"changed": "no"})
    ]


def test_an_export_is_the_same_bytes_until_something_changes(
    replied: Database, vault: Vault
) -> None:
    def exported() -> str:
        with replied.reading() as session:
            return as_json(export(session, tenant(session, "t1"), vault=vault, sender_keeps=KEEPS))

    before = exported()
    assert exported() == before
    assert "stranger" not in before
    with replied.writing() as session:
        rights.object_(session, tenant(session, "t1"), now=NOW)
    assert exported() != before
