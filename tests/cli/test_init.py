from pathlib import Path

import pytest

from tests.cli.conftest import Cli


def test_init_makes_databases_and_keys_that_only_their_owner_can_read(
    bare: Cli, empty: Path
) -> None:
    result = bare("init")

    assert 0 == result.exit_code
    keys = [path for path in (empty / "var/keys").rglob("[!.]*") if path.is_file()]
    assert ["console", "digests", "epoch-0001", "links"] == sorted(path.name for path in keys)
    assert {0o400} == {path.stat().st_mode & 0o777 for path in keys}


def test_init_again_changes_no_key(cli: Cli, empty: Path) -> None:
    before = {path: path.read_bytes() for path in (empty / "var/keys").rglob("*") if path.is_file()}

    result = cli("init")

    assert 0 == result.exit_code
    assert "Made" not in result.output
    assert before == {path: path.read_bytes() for path in before}


def test_rotated_rings_keep_the_older_keys(cli: Cli, empty: Path) -> None:
    assert 0 == cli("keys", "rotate", "links").exit_code
    assert 0 == cli("keys", "rotate", "vault").exit_code

    assert 2 == len((empty / "var/keys/links").read_text().split())
    assert ["epoch-0001", "epoch-0002"] == sorted(
        path.name for path in (empty / "var/keys/vault").glob("[!.]*")
    )


def test_init_makes_the_token_that_opens_the_metrics_once(
    bare: Cli, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKIN_METRICS_TOKEN_FILE", str(empty / "keys" / "metrics-token"))

    assert 0 == bare("init").exit_code
    made = (empty / "keys" / "metrics-token").read_text()
    assert 0 == bare("init").exit_code

    assert 0o400 == (empty / "keys" / "metrics-token").stat().st_mode & 0o777
    assert len(made.strip()) >= 16
    assert made == (empty / "keys" / "metrics-token").read_text()
