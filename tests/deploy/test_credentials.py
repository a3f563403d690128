"""Each process gets its own credentials; with the example settings it may start in production."""

import os
import re
import shlex
from pathlib import Path

import pytest

from kit import settings
from tests.deploy.sides import DEPLOY

PROCESSES = [
    *(f"campaign/{name}" for name in ("console", "worker", "beat", "operator", "migrator")),
    *(f"platform/{name}" for name in ("portal", "worker", "beat", "operator", "migrator")),
]
GO_THROUGH_THE_DOOR = {"platform/worker", "platform/operator"}
OTHER = {"campaign": "platform", "platform": "campaign"}
SIGNS_IN = re.compile(r"//([^:/]+:[^@/]+)@")


def _lines(file: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in file.read_text().splitlines() if "=" in line)


def _signs_in_with(file: Path) -> set[str]:
    return {found for value in _lines(file).values() for found in SIGNS_IN.findall(value)}


def test_there_is_a_file_a_process_that_only_its_owner_reads(credentials: Path) -> None:
    found = sorted(credentials.glob("*/*.env"))

    assert {f"{process}.env" for process in PROCESSES} == {
        str(file.relative_to(credentials)) for file in found
    }
    secret = [*found, *credentials.glob("*/*.password")]
    assert {0o600} == {file.stat().st_mode & 0o777 for file in secret}


def test_no_two_roles_have_one_password_and_no_side_has_the_others(credentials: Path) -> None:
    roles = {role for file in credentials.glob("*/*.env") for role in _signs_in_with(file)}
    passwords = [role.partition(":")[2] for role in roles]

    assert len(passwords) == len(set(passwords))
    for file in credentials.glob("*/*.env"):
        process = f"{file.parent.name}/{file.stem}"
        door = {"campaign_door"} if process in GO_THROUGH_THE_DOOR else set()
        names = {role.partition(":")[0] for role in _signs_in_with(file)} - door
        assert not [name for name in names if name.startswith(OTHER[file.parent.name])]


def test_what_a_server_is_told_holds_no_password(credentials: Path) -> None:
    secrets = {s for file in credentials.glob("*/*.env") for s in _signs_in_with(file)}
    told = "".join(
        file.read_text()
        for file in (*credentials.glob("*/passwords.sql"), credentials / "redis" / "users.acl")
    )
    secrets |= {f"operator:{(credentials / 'redis' / 'operator.password').read_text()}"}

    assert [] == [role for role in secrets if role.partition(":")[2] in told]


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_may_start_in_production_and_knows_its_own_side_alone(
    credentials: Path, monkeypatch: pytest.MonkeyPatch, process: str
) -> None:
    side = process.partition("/")[0]
    for name in [name for name in os.environ if name.startswith(("CHECKIN_", "AWS_"))]:
        monkeypatch.delenv(name)
    environment = _lines(credentials / f"{process}.env")
    environment |= _lines(DEPLOY / "settings" / f"{side}.env")
    for name, value in environment.items():
        monkeypatch.setenv(name, shlex.split(value or "''")[0])

    chosen = settings.load()

    is_campaign = side == "campaign"
    assert (is_campaign, not is_campaign) == (chosen.has_campaign_side, chosen.has_platform_side)
    assert (process in GO_THROUGH_THE_DOOR) == (chosen.door_database_url is not None)
