import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from campaigns import suppression
from campaigns.models import SuppressionKind
from kit.database import Database
from tests.cli.conftest import Cli

HEADER = "tenant_ref,email,housing_association,monthly_email\n"
GOOD = "T-1,tenant-001@example.org,Northfield Homes (example),yes\n"
BAD = "T-2,nobody,Northfield Homes (example),perhaps\n"


@pytest.fixture
def roster(empty: Path) -> Path:
    path = empty / "roster.csv"
    path.write_text(HEADER + GOOD)
    return path


@pytest.fixture
def with_one(cli: Cli, roster: Path) -> Cli:
    assert 0 == cli("tenants", "import", str(roster)).exit_code
    return cli


def test_a_good_roster_is_imported(cli: Cli, roster: Path) -> None:
    result = cli("tenants", "import", str(roster))

    assert (0, "1 created, 0 updated, 0 unchanged, 0 rejected.\n") == (
        result.exit_code,
        result.stdout,
    )


def test_bad_rows_are_named_by_line_and_the_good_ones_kept(cli: Cli, roster: Path) -> None:
    roster.write_text(HEADER + BAD + GOOD)

    result = cli("tenants", "import", str(roster))

    assert (1, "1 created, 0 updated, 0 unchanged, 1 rejected.\n") == (
        result.exit_code,
        result.stdout,
    )
    assert result.stderr.startswith("line 2: ")
    assert 0 == cli("tenants", "export", "T-1").exit_code


def test_a_dry_run_changes_nothing(cli: Cli, roster: Path) -> None:
    result = cli("tenants", "import", str(roster), "--dry-run")

    assert result.stdout.startswith("1 would be created")
    assert 1 == cli("tenants", "export", "T-1").exit_code


def test_an_export_is_one_json_object_and_the_same_each_time(with_one: Cli) -> None:
    first, second = with_one("tenants", "export", "T-1"), with_one("tenants", "export", "T-1")

    assert first.stdout == second.stdout
    held = {"tenant", "consents", "held_by_sender", "links", "openings", "readings", "requests"}
    assert held == set(json.loads(first.stdout))


@pytest.mark.parametrize(
    ("arguments", "field", "value"),
    [
        (["stop"], "stopped", True),
        (["restrict"], "restricted", True),
        (["object"], "objected", True),
    ],
)
def test_a_right_is_carried_out(
    with_one: Cli, arguments: list[str], field: str, value: bool
) -> None:
    result = with_one("tenants", *arguments, "T-1")

    held = json.loads(with_one("tenants", "export", "T-1").stdout)
    assert (0, value) == (result.exit_code, held["tenant"][field])


@pytest.mark.parametrize(
    ("first", "then", "field"),
    [
        (["stop", "T-1"], ["resume", "T-1"], "stopped"),
        (["restrict", "T-1"], ["restrict", "T-1", "--lift"], "restricted"),
        (["object", "T-1"], ["object", "T-1", "--lift"], "objected"),
    ],
)
def test_and_taken_back(with_one: Cli, first: list[str], then: list[str], field: str) -> None:
    with_one("tenants", *first)

    assert 0 == with_one("tenants", *then).exit_code

    held = json.loads(with_one("tenants", "export", "T-1").stdout)
    assert held["tenant"][field] is False


def test_an_erased_tenant_is_gone(with_one: Cli) -> None:
    assert 0 == with_one("tenants", "erase", "T-1").exit_code

    assert 1 == with_one("tenants", "export", "T-1").exit_code


def test_who_bounced_is_listed(with_one: Cli) -> None:
    database = Database("sqlite:///var/campaign.db")
    with database.writing() as session:
        suppression.suppress(
            session,
            address="tenant-001@example.org",
            kind=SuppressionKind.BOUNCE,
            now=datetime(2026, 12, 1, tzinfo=UTC),
        )
    database.dispose()

    listed = with_one("tenants", "bounced", "--since", "2026-12-01").stdout

    assert "tenant_ref,email\nT-1,tenant-001@example.org\n" == listed
    assert "tenant_ref,email\n" == with_one("tenants", "bounced", "--since", "2027-01-01").stdout


def test_without_a_door_nobody_can_be_asked_who_bounced(
    with_one: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKIN_CAMPAIGN_DATABASE_URL", "none")

    result = with_one("tenants", "bounced")

    assert (1, True) == (result.exit_code, "CHECKIN_DOOR_DATABASE_URL" in result.stderr)
