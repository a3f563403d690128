"""The units: accepted by systemd, hardened, and each side under a user of its own."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.chaos.processes import ROOT
from tests.deploy import units
from tests.deploy.sides import DEPLOY

UNITS = {file.stem: file for file in sorted((DEPLOY / "systemd").glob("*.service"))}
OTHER = {"campaign": "platform", "platform": "campaign"}
EXPOSURE_MAX = "20"
"""Tenths, of 100: `systemd-analyze security` calls up to 49 well protected."""


def _value(name: str, key: str) -> str:
    return _values(name, key)[0]


def _values(name: str, key: str) -> list[str]:
    """Of a key that stands several times, every value."""
    lines = UNITS[name].read_text().splitlines()
    return [line.partition("=")[2] for line in lines if line.startswith(f"{key}=")]


def _side(name: str) -> str:
    return _value(name, "User").removeprefix("checkin-")


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units where systemd would look for them, with this tree in the place of /opt/checkin."""
    install = str(DEPLOY / "systemd" / "install")
    subprocess.run([install], env={**os.environ, "DESTDIR": str(tmp_path)}, check=True)
    folder = tmp_path / "etc" / "systemd" / "system"
    for file in folder.rglob("*.*"):
        if file.is_file():
            file.write_text(file.read_text().replace("/opt/checkin", str(ROOT)))
    return folder


def test_systemd_accepts_every_unit(installed: Path) -> None:
    verified = _analyze(installed, "verify", "--man=no", *_names(installed))

    assert 0 == verified.returncode, verified.stderr


def test_systemd_refuses_a_unit_that_names_nothing_to_run(installed: Path) -> None:
    unit = installed / "checkin-portal.service"
    unit.write_text(unit.read_text().replace("bin/checkin", "bin/chekin"))

    assert 0 != _analyze(installed, "verify", "--man=no", str(unit)).returncode


@pytest.mark.parametrize("name", UNITS)
def test_a_service_is_hardly_exposed(installed: Path, name: str) -> None:
    limits = ("--offline=yes", f"--threshold={EXPOSURE_MAX}")
    rated = _analyze(installed, "security", *limits, str(installed / f"{name}.service"))

    assert 0 == rated.returncode, rated.stdout


def test_each_process_has_an_environment_of_its_own() -> None:
    files = [_values(name, "EnvironmentFile")[0] for name in UNITS]

    assert len(files) == len(set(files))
    for name, file in zip(UNITS, files, strict=True):
        assert file.startswith(f"/etc/checkin/{_side(name)}/")


def test_only_the_platforms_worker_writes_keys_which_it_rotates() -> None:
    written = {name: _values(name, "ReadWritePaths") for name in UNITS}

    assert {"checkin-platform-worker": ["/etc/checkin/platform/keys"]} == {
        name: paths for name, paths in written.items() if paths
    }


@pytest.mark.parametrize("name", UNITS)
def test_a_service_sees_nothing_of_the_other_side(name: str) -> None:
    side, other = _side(name), OTHER[_side(name)]
    hidden = _value(name, "InaccessiblePaths").split()

    assert {f"-/etc/checkin/{other}", f"-/var/lib/checkin/{other}"} == set(hidden)
    rest = [value for key in ("EnvironmentFile", "Environment") for value in _values(name, key)]
    assert [] == [value for value in rest if f"/{other}/" in value]
    assert f"checkin-{side}.target" == _value(name, "WantedBy")


def test_the_anchors_lie_where_the_settings_say() -> None:
    shared = units.variables((DEPLOY / "settings" / "platform.env").read_text())

    assert [f"CHECKIN_RELEASE_ANCHOR_FILE={shared['CHECKIN_RELEASE_ANCHOR_FILE']}"] == _values(
        "checkin-platform-worker", "Environment"
    )


def test_both_sides_have_every_process_that_compose_starts() -> None:
    assert {
        *("checkin-console", "checkin-campaign-worker", "checkin-campaign-beat"),
        *("checkin-portal", "checkin-platform-worker", "checkin-platform-beat"),
    } == set(UNITS)


def _names(installed: Path) -> list[str]:
    return sorted(str(file) for file in installed.glob("checkin-*.*") if file.is_file())


def _analyze(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not there")
    return subprocess.run(
        ["systemd-analyze", "--no-pager", *arguments],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{installed}:"},
        capture_output=True,
        text=True,
    )
