import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.service import Sandbox
from tests.cli.conftest import Cli


@pytest.fixture
def ses(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        for name, value in sandbox.environment.items():
            monkeypatch.setenv(name, value)
        yield sandbox


def _unwell(cli: Cli) -> dict[str, str]:
    found = json.loads(cli("doctor", "--json").stdout)
    return {each["name"]: each["message"] for each in found if not each["ok"]}


def test_all_is_well_beside_the_stand_in(cli: Cli, ses: Sandbox) -> None:
    result = cli("doctor")

    assert 0 == result.exit_code, result.output
    assert {"ok"} == {line.split()[0] for line in result.stdout.splitlines()}


def test_databases_without_tables_are_found(bare: Cli, ses: Sandbox) -> None:
    unwell = _unwell(bare)

    assert {"campaign database", "platform database", "keys"} == set(unwell)
    assert "not up to date; run `checkin init`" == unwell["campaign database"]


def test_a_sender_that_ses_does_not_know_is_found(
    cli: Cli, ses: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKIN_FROM_ADDRESS", "check-in@elsewhere.example")

    assert {"SES identity"} == set(_unwell(cli))


def test_a_configuration_set_that_is_not_there_is_found(
    cli: Cli, ses: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKIN_SES_CONFIGURATION_SET", "another")

    assert {"SES events", "SES tracking"} == set(_unwell(cli))


def test_a_broker_that_does_not_answer_is_found(
    cli: Cli, ses: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKIN_BROKER_URL", "redis://127.0.0.1:9/0")

    assert {"broker"} == set(_unwell(cli))


def test_keys_that_others_can_read_are_found(cli: Cli, ses: Sandbox, empty: Path) -> None:
    (empty / "var/keys/links").chmod(0o444)

    assert {"keys": "var/keys/links can be read by others; run `chmod 400 var/keys/links`"} == (
        _unwell(cli)
    )


def test_a_master_key_whose_file_is_empty_is_found_before_it_is_used(
    cli: Cli, ses: Sandbox, empty: Path
) -> None:
    (empty / "var/keys/vault/epoch-0002").touch(mode=0o400)

    assert {"keys": "epoch-0002 in var/keys/vault holds no key; an older one is used meanwhile: "
            "restore it from a backup"} == _unwell(cli)  # fmt: skip


def test_an_ses_out_of_reach_ends_with_1(
    cli: Cli, ses: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", "http://127.0.0.1:9")

    result = cli("doctor")

    assert 1 == result.exit_code
    assert "AWS did not answer" in result.stdout
