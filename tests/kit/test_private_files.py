"""What holds addresses may be opened by its own user alone."""

import os
import stat
from pathlib import Path

import pytest

from kit import private_files
from kit.database import Database


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _modes(folder: Path) -> set[tuple[str, int]]:
    found = (folder, *folder.rglob("*"))
    return {(path.as_posix(), stat.S_IMODE(path.stat().st_mode)) for path in found}


def test_a_database_and_its_folder_are_closed_to_others() -> None:
    database = Database("sqlite:///var/deep/campaign.db")
    with database.writing() as session:
        session.connection().exec_driver_sql("CREATE TABLE one (id INTEGER)")
    found = _modes(Path("var"))
    database.dispose()
    assert {("var", 0o700), ("var/deep", 0o700), ("var/deep/campaign.db", 0o600)} <= found
    assert [name for name, mode in found if mode & 0o077] == []


def test_what_an_older_version_left_open_is_closed() -> None:
    os.umask(0o022)
    Path("var").mkdir(mode=0o755)
    Path("var/campaign.db").touch(mode=0o644)
    private_files.make_file(Path("var/campaign.db"))
    assert _modes(Path("var")) == {("var", 0o700), ("var/campaign.db", 0o600)}


def test_a_folder_of_the_operators_own_is_left_as_it_is(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)
    private_files.make_file(shared / "campaign.db")
    assert stat.S_IMODE(shared.stat().st_mode) == 0o755
