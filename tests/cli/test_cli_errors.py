"""Exit codes, and sentences instead of tracebacks."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from checkin.cli import main
from checkin.cli_errors import LOG_FILE, ErrorReportingGroup
from tests.cli.conftest import Cli

CONTRACT = """
demo, init, doctor
tenants import, tenants export, tenants erase
tenants restrict, tenants resume, tenants stop, tenants object
campaigns import, campaigns list, campaigns show, campaigns check, campaigns preview
campaigns approve, campaigns pause, campaigns resume, campaigns cancel, campaigns resolve
staff add, staff list, staff remove, staff link
keys rotate, serve console, serve portal, sandbox
"""


def _commands(group: click.Group, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{prefix}{name}", command
        if isinstance(command, click.Group):
            yield from _commands(command, f"{prefix}{name} ")


COMMANDS = dict(_commands(main))


@pytest.mark.parametrize("name", CONTRACT.replace(",", "\n").split("\n"))
def test_every_command_of_the_contract_is_there(name: str) -> None:
    assert name.strip() in {"", *COMMANDS}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_every_command_shows_an_example_of_it(name: str) -> None:
    shown = CliRunner().invoke(main, [*name.split(), "--help"])

    assert 0 == shown.exit_code
    assert f"checkin {name}" in shown.output.partition("Example")[2]


def test_wrong_settings_are_all_named_and_end_with_2(
    bare: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKIN_TICK", "soon")
    monkeypatch.setenv("CHECKIN_BROKER_URL", "somewhere")

    result = bare("init")

    assert 2 == result.exit_code
    assert "" == result.stdout
    assert ["CHECKIN_BROKER_URL", "CHECKIN_TICK"] == [
        line.partition(":")[0] for line in result.stderr.splitlines()
    ]


@pytest.mark.parametrize("arguments", [["nonsense"], ["campaigns", "approve"], ["keys", "rotate"]])
def test_bad_usage_ends_with_2(bare: Cli, arguments: list[str]) -> None:
    assert 2 == bare(*arguments).exit_code


def test_what_is_not_there_ends_with_1_and_a_sentence(cli: Cli) -> None:
    result = cli("campaigns", "show", "2026-12")

    assert (1, "", "There is no campaign for December 2026.\n") == (
        result.exit_code,
        result.stdout,
        result.stderr,
    )


@pytest.mark.parametrize("arguments", [["campaigns", "list"], ["tenants", "stop", "T-1"]])
def test_databases_without_tables_lead_to_init(bare: Cli, arguments: list[str]) -> None:
    result = bare(*arguments)

    assert 1 == result.exit_code
    assert "run `checkin init`" in result.stderr


def test_a_database_out_of_reach_is_named_by_its_variable(
    bare: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKIN_CAMPAIGN_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")

    result = bare("campaigns", "list")

    assert 1 == result.exit_code
    assert "CHECKIN_CAMPAIGN_DATABASE_URL" in result.stderr


def test_the_campaign_side_has_no_roster(bare: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKIN_PLATFORM_DATABASE_URL", "none")
    initialised = bare("init")

    result = bare("tenants", "stop", "T-1")

    made = "Made var/keys/console.\nMade var/keys/digests.\n"
    assert f"The campaign database is up to date.\n{made}" == initialised.stdout
    assert 1 == result.exit_code
    assert "CHECKIN_PLATFORM_DATABASE_URL" in result.stderr


def test_the_unforeseen_is_said_in_a_sentence_and_logged_without_addresses(empty: Path) -> None:
    @click.group(cls=ErrorReportingGroup)
    def group() -> None:
        pass

    @group.command()
    def fail() -> None:
        raise LookupError("tenant-001@example.org")

    result = CliRunner().invoke(group, ["fail"])

    assert 1 == result.exit_code
    assert (
        "Something unforeseen happened (LookupError); var/checkin.log says more.\n" == result.stderr
    )
    logged = (empty / LOG_FILE).read_text()
    assert "LookupError" in logged
    assert "tenant-001" not in logged
