from pathlib import Path

from tests.cli.conftest import Cli


def test_init_makes_databases_and_keys_that_only_their_owner_can_read(
    bare: Cli, empty: Path
) -> None:
    result = bare("init")

    assert 0 == result.exit_code
    keys = [path for path in (empty / "var/keys").rglob("*") if path.is_file()]
    assert ["console", "epoch-0001", "links"] == sorted(path.name for path in keys)
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
        path.name for path in (empty / "var/keys/vault").iterdir()
    )
