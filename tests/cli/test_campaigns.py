import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from campaigns.planning import estimate
from campaigns.writing import samples
from kit.database import Database
from tenants.handover import mailing_list
from tests.cli.conftest import Cli
from tests.support.faulty_ses.service import FaultySandbox

AUTHOR, APPROVER = "author@example.org", "approver@example.org"
MONTH = "2099-12"
FIELDS = [
    "month",
    "state",
    "send_at",
    "not_after",
    "content_hash",
    "approved_by",
    "audience",
    "deliveries",
    "bounced",
    "complained",
]


@pytest.fixture
def file(empty: Path) -> Path:
    path = empty / "december.md"
    sample = samples.sample_file(MONTH)
    path.write_text(sample.replace("not_after:", "send_at: 2099-12-01T10:00\nnot_after:"))
    return path


@pytest.fixture
def staffed(cli: Cli, empty: Path) -> Cli:
    """Two members of staff, and the platform's questions published."""
    database = Database(f"sqlite:///{empty}/var/campaign.db")
    mailing_list.publish_questions(database)
    database.dispose()
    cli("staff", "add", AUTHOR, "--role", "author")
    cli("staff", "add", APPROVER, "--role", "approver", "--role", "admin")
    return cli


@pytest.fixture
def drafted(staffed: Cli, file: Path) -> Cli:
    assert 0 == staffed("campaigns", "import", str(file), "--by", AUTHOR).exit_code
    return staffed


def _shown(cli: Cli) -> dict[str, object]:
    shown = json.loads(cli("campaigns", "show", MONTH, "--json").stdout)
    assert isinstance(shown, dict)
    return shown


def test_an_imported_draft_is_shown_in_the_contracts_shape(drafted: Cli) -> None:
    shown = _shown(drafted)

    assert FIELDS == list(shown)
    assert ("2099-12", "draft", datetime(2099, 12, 1, 10, tzinfo=UTC).isoformat()) == (
        shown["month"],
        shown["state"],
        shown["send_at"],
    )


def test_a_draft_is_shown_to_a_person_in_london_time(drafted: Cli) -> None:
    assert "Tue 01 Dec 2099, 10:00 London time" in drafted("campaigns", "show", MONTH).stdout


def test_how_long_the_sending_takes_is_said_before_the_approval(drafted: Cli) -> None:
    for command in ("check", "show"):
        assert estimate.UNKNOWN_LIMITS in drafted("campaigns", command, MONTH).stdout
    said = drafted("campaigns", "approve", MONTH, "--by", APPROVER).stdout
    assert estimate.UNKNOWN_LIMITS in said


def test_a_month_without_a_list_has_no_sheet(drafted: Cli) -> None:
    result = drafted("campaigns", "sheet", MONTH)

    assert 1 == result.exit_code
    assert "has no mailing list" in result.stderr


def test_the_list_has_the_same_objects(drafted: Cli) -> None:
    assert [_shown(drafted)] == json.loads(drafted("campaigns", "list", "--json").stdout)
    assert drafted("campaigns", "list").stdout.startswith("2099-12  draft")


def test_a_file_with_faults_is_refused_by_line(staffed: Cli, file: Path) -> None:
    file.write_text(file.read_text().replace("subject:", "subjekt:"))

    result = staffed("campaigns", "import", str(file))

    assert 1 == result.exit_code
    assert "line " in result.stderr
    assert 1 == staffed("campaigns", "show", MONTH).exit_code


def test_a_file_that_is_not_utf_8_is_refused_by_line(staffed: Cli, file: Path) -> None:
    file.write_bytes(b"---\nmonth: 2099-12\nsubject: \xff\n---\n")

    result = staffed("campaigns", "import", str(file))

    assert (1, "line 3: is not UTF-8; save the file as UTF-8\n") == (
        result.exit_code,
        result.stderr,
    )


def test_an_export_imports_as_nothing_new(drafted: Cli, file: Path) -> None:
    file.write_text(drafted("campaigns", "export", MONTH).stdout)

    again = drafted("campaigns", "import", str(file), "--by", AUTHOR)

    assert again.stdout.startswith("December 2099: version 1, draft")


def test_a_sound_draft_passes_its_checks(drafted: Cli) -> None:
    result = drafted("campaigns", "check", MONTH)

    assert 0 == result.exit_code
    assert result.stdout.endswith("December 2099 can be approved.\n")


def test_a_check_that_blocks_ends_with_1(staffed: Cli, file: Path) -> None:
    file.write_text(file.read_text().replace("Thank you for reading.", "Buy now, 20% off."))
    staffed("campaigns", "import", str(file))

    result = staffed("campaigns", "check", MONTH)

    assert 1 == result.exit_code
    assert "blocks" in result.stdout


def test_a_preview_is_three_files(drafted: Cli, empty: Path) -> None:
    result = drafted("campaigns", "preview", MONTH, "--out", "preview")

    assert 0 == result.exit_code
    assert ["message.eml", "message.html", "message.txt"] == sorted(
        path.name for path in (empty / "preview").iterdir()
    )


def test_only_an_approver_who_did_not_write_it_approves(drafted: Cli) -> None:
    refused = drafted("campaigns", "approve", MONTH, "--by", AUTHOR)
    accepted = drafted("campaigns", "approve", MONTH, "--by", APPROVER)

    assert (1, 0) == (refused.exit_code, accepted.exit_code)
    assert ("approved", APPROVER) == (_shown(drafted)["state"], _shown(drafted)["approved_by"])


def test_a_month_that_ses_refuses_now_is_not_approved(
    drafted: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FaultySandbox(inbox=None) as ses:
        for name, value in ses.environment.items():
            monkeypatch.setenv(name, value)
        ses.control.identity(
            "example.org", mail_from_domain="bounce.example.org", mail_from_status="FAILED"
        )
        refused = drafted("campaigns", "approve", MONTH, "--by", APPROVER)

    assert 1 == refused.exit_code
    assert "bounce.example.org is not verified (it is FAILED)" in refused.stderr
    assert "draft" == _shown(drafted)["state"]


def test_an_approved_month_can_be_cancelled(drafted: Cli) -> None:
    drafted("campaigns", "approve", MONTH, "--by", APPROVER)

    assert 0 == drafted("campaigns", "cancel", MONTH, "--by", APPROVER).exit_code
    assert "cancelled" == _shown(drafted)["state"]


@pytest.mark.parametrize("arguments", [["pause"], ["resume"], ["resolve", "--unknown", "send"]])
def test_what_a_draft_is_not_ready_for_is_refused(drafted: Cli, arguments: list[str]) -> None:
    result = drafted("campaigns", *arguments, MONTH, "--by", AUTHOR)

    assert 1 == result.exit_code
    assert "December 2099 is draft" in result.stderr


def test_staff_are_listed_and_removed(staffed: Cli) -> None:
    assert f"{APPROVER}: admin, approver\n{AUTHOR}: author\n" == staffed("staff", "list").stdout

    staffed("staff", "remove", AUTHOR)

    assert f"{APPROVER}: admin, approver\n" == staffed("staff", "list").stdout


def test_a_sign_in_link_is_only_for_staff(staffed: Cli) -> None:
    known, stranger = staffed("staff", "link", AUTHOR), staffed("staff", "link", "x@example.org")

    assert known.stdout.startswith("http://127.0.0.1:8000/sign-in/")
    assert (1, "") == (stranger.exit_code, stranger.stdout)
