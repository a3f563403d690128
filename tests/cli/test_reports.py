"""`checkin reports` on the command line."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest

from kit.clock import utc_now
from kit.database import Database
from kit.months import month_name
from tests.cli.conftest import Cli
from tests.support.reports import CLOSES, MONTH, NORTH, ReportsWorld


@pytest.fixture
def month(cli: Cli, empty: Path) -> Cli:
    """A month of 60 tenants that closed long ago; 40 of them replied."""
    platform = Database("sqlite:///var/platform.db")
    world = ReportsWorld(platform, Path("var/keys"))
    world.open_round(closes=CLOSES - timedelta(days=400))
    world.reply(world.mail({NORTH: 60})[:40])
    platform.dispose()
    assert empty.exists()
    return cli


def test_a_month_is_frozen_once_and_shown(month: Cli) -> None:
    frozen, again = (month("reports", "freeze", MONTH) for _ in range(2))
    page, as_json = (month("reports", "show", MONTH, *more) for more in ((), ("--json",)))
    tidy = month("reports", "show", MONTH, "--csv")

    assert (0, 1) == (frozen.exit_code, again.exit_code)
    assert (
        f"{month_name(MONTH)} was released already; a release is never recomputed.\n"
        == again.stderr
    )
    assert "response rate" in page.output
    assert MONTH == json.loads(as_json.output)["month"]
    rows = list(csv.DictReader(io.StringIO(tidy.output)))
    shown = [row["measure"] for row in rows if row["note"] != "[c]"]
    assert ["mailed", "replies", "response_rate"] == shown
    assert {"share", "share_of_asked"} >= {row["measure"] for row in rows if row["note"] == "[c]"}


def test_an_early_release_needs_its_reason(month: Cli) -> None:
    alone = month("reports", "freeze", MONTH, "--early")

    assert (2, "An early release is final: give --early and --reason together.\n") == (
        alone.exit_code,
        alone.stderr,
    )


def test_an_open_month_is_refused_until_it_is_said_to_be_early(cli: Cli) -> None:
    platform = Database("sqlite:///var/platform.db")
    world = ReportsWorld(platform, Path("var/keys"))
    world.open_round(closes=utc_now().date() + timedelta(days=3))
    world.reply(world.mail({NORTH: 60})[:40])
    platform.dispose()

    refused = cli("reports", "freeze", MONTH)
    early = cli("reports", "freeze", MONTH, "--early", "--reason", "the project ends")

    assert "takes replies until" in refused.stderr
    assert (1, 0) == (refused.exit_code, early.exit_code)


def test_a_month_that_is_not_there_is_told_in_a_sentence(cli: Cli) -> None:
    for arguments in (("freeze", "2031-01"), ("show", "2031-01"), ("freeze", "december")):
        answer = cli("reports", *arguments)

        assert 1 == answer.exit_code
        assert 1 == len(answer.stderr.splitlines())


def test_a_release_is_withdrawn_for_a_reason(month: Cli) -> None:
    month("reports", "freeze", MONTH)

    withdrawn = month("reports", "withdraw", MONTH, "--reason", "The roster was wrong.")
    shown = month("reports", "show", MONTH)

    assert (0, 1) == (withdrawn.exit_code, shown.exit_code)
    assert "The roster was wrong." in shown.stderr


def test_a_restored_database_adopts_what_was_drawn(month: Cli) -> None:
    before = Path("var/platform.db").read_bytes()
    month("reports", "freeze", MONTH)
    for file in Path("var").glob("platform.db*"):
        file.unlink()
    Path("var/platform.db").write_bytes(before)

    refused, adopted = month("reports", "freeze", MONTH), month("reports", "adopt")

    assert "run `checkin reports adopt`" in refused.stderr
    assert f"Taken back from the anchor: {MONTH}.\n" == adopted.output
