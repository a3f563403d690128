"""The compose file: valid by its schema, and each rule of two sides kept."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.sides import DEPLOY

FILE = DEPLOY / "compose.yaml"
COMPOSE: dict[str, Any] = yaml.safe_load(FILE.read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OF_CAMPAIGN = {name for name in SERVICES if name.startswith("campaign")} | {"console"}
OF_PLATFORM = {name for name in SERVICES if name.startswith("platform")} | {"portal"}
ONE_SHOT = {name for name in SERVICES if name.endswith(("-roles", "-migrate", "-grants"))}
OPERATORS = {"campaign-operator", "platform-operator"}
FROM_CREDENTIALS = re.compile(r"\$\{CHECKIN_FOLDER:-/etc/checkin\}/(campaign|platform|redis)/\S+")
CREDENTIAL = re.compile(r"(password|secret|token|key)s?$|://[^/]*:[^/]*@", re.IGNORECASE)


def _networks(names: set[str]) -> set[str]:
    return {network for name in names for network in SERVICES[name]["networks"]}


def _environment_files(name: str) -> list[str]:
    return list(SERVICES[name].get("env_file", []))


def test_the_file_is_valid_by_composes_own_schema() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    checked = subprocess.run([*command, str(FILE)], capture_output=True, text=True)

    assert (0, "ok -- validation done\n") == (checked.returncode, checked.stdout)


def test_a_wrong_file_is_refused_by_the_same_schema(tmp_path: Path) -> None:
    wrong = tmp_path / "compose.yaml"
    wrong.write_text(FILE.read_text().replace("cap_drop:", "cap_dorp:"))
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]

    assert 0 != subprocess.run([*command, str(wrong)], capture_output=True).returncode


def test_every_service_belongs_to_one_side_but_redis() -> None:
    assert {"redis"} == SERVICES.keys() - OF_CAMPAIGN - OF_PLATFORM


def test_the_sides_share_no_network_but_the_doors() -> None:
    assert {"door"} == _networks(OF_CAMPAIGN) & _networks(OF_PLATFORM)
    assert {"campaign-database", "platform-worker", "platform-operator"} == {
        name for name in SERVICES if "door" in SERVICES[name]["networks"]
    }
    assert {"campaign-broker", "platform-broker"} == set(SERVICES["redis"]["networks"])


def test_a_database_is_reached_by_its_own_side_alone() -> None:
    for side, own in (("campaign", OF_CAMPAIGN), ("platform", OF_PLATFORM)):
        reach = {name for name in SERVICES if f"{side}-database" in SERVICES[name]["networks"]}
        assert reach <= own


def test_only_what_talks_to_aws_or_to_people_has_a_way_out() -> None:
    inward = {name for name, network in COMPOSE["networks"].items() if network.get("internal")}

    assert {"campaign-web", "platform-web"} == COMPOSE["networks"].keys() - inward
    assert {"console", "campaign-worker", "portal", "platform-worker"} | OPERATORS == {
        name for name in SERVICES if set(SERVICES[name]["networks"]) - inward
    }


def test_no_two_processes_share_a_credential() -> None:
    files = {
        name: [f for f in _environment_files(name) if "settings.env" not in f] for name in SERVICES
    }
    shared = {"campaign-migrate": "campaign-grants", "platform-migrate": "platform-grants"}
    held = [file for name, own in files.items() if name not in shared.values() for file in own]

    assert len(held) == len(set(held))
    for first, then in shared.items():
        assert files[first] == files[then]


def test_no_side_holds_a_file_volume_or_secret_of_the_other() -> None:
    for own, other in ((OF_CAMPAIGN, "platform"), (OF_PLATFORM, "campaign")):
        for name in own:
            service = SERVICES[name]
            held = [*_environment_files(name), *service.get("volumes", [])]
            held += service.get("secrets", [])
            assert [] == [each for each in held if other in each]


def test_nothing_in_the_file_is_a_secret() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            is_path = str(value).startswith("/") or name.endswith(("_FILE", "_KEYS", "_PASSWORDS"))
            assert is_path or not CREDENTIAL.search(f"{name}={value}")
            assert "://" not in str(value)
    for secret in COMPOSE["secrets"].values():
        assert FROM_CREDENTIALS.fullmatch(secret["file"])
    for name in SERVICES:
        assert all(FROM_CREDENTIALS.fullmatch(file) for file in _environment_files(name))


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_hardened(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert ["ALL"] == service["cap_drop"]
    assert "cap_add" not in service
    assert not service.get("privileged", False)
    assert ["no-new-privileges:true"] == service["security_opt"]
    assert service["user"] not in {"root", "0", "0:0"}
    assert {"max-size", "max-file"} == service["logging"]["options"].keys()
    assert min(service["cpus"], service["pids_limit"]) > 0
    assert service["mem_limit"].endswith(("m", "g"))
    restart = {**dict.fromkeys(ONE_SHOT, "on-failure"), **dict.fromkeys(OPERATORS, "no")}
    assert service["restart"] == restart.get(name, "unless-stopped")
    assert name in restart or service["healthcheck"]["test"]


def test_an_operator_is_started_by_name_alone() -> None:
    assert OPERATORS == {
        name for name in SERVICES if "operator" in SERVICES[name].get("profiles", ())
    }


def test_no_setting_of_a_side_is_overridden_by_the_file() -> None:
    """What stands under `environment` beats `settings.env`, which is where operators set things."""
    assert {} == {
        name: SERVICES[name]["environment"]
        for name in SERVICES
        if "image" in SERVICES[name]
        and "checkin" in SERVICES[name]["image"]
        and "environment" in SERVICES[name]
    }


def test_only_the_two_sites_are_published_and_on_the_loopback() -> None:
    published = {name: SERVICES[name]["ports"] for name in SERVICES if "ports" in SERVICES[name]}

    assert {"console": ["127.0.0.1:8000:8000"], "portal": ["127.0.0.1:8001:8001"]} == published


def test_keys_are_mounted_where_they_are_used_and_written_where_they_are_made_or_rotated() -> None:
    writes = {
        name: [mount for mount in service.get("volumes", []) if "-keys:" in mount]
        for name, service in SERVICES.items()
    }

    assert {"campaign-migrate", "platform-migrate", "platform-worker"} | OPERATORS == {
        name for name, mounts in writes.items() if any(not m.endswith(":ro") for m in mounts)
    }
    assert ["campaign-worker-keys:/etc/checkin/campaign/keys/worker:ro"] == writes[
        "campaign-worker"
    ]


def test_each_database_is_made_by_the_roles_that_the_wall_test_attacks() -> None:
    waits = {"-roles": "-database", "-migrate": "-roles", "-grants": "-migrate"}
    for side in ("campaign", "platform"):
        assert f"/sql/{side}/roles.sql" in SERVICES[f"{side}-roles"]["command"][-1]
        for step, before in waits.items():
            assert {f"{side}{before}"} == SERVICES[f"{side}{step}"]["depends_on"].keys()
    for name in ONE_SHOT:
        local = [mount for mount in SERVICES[name]["volumes"] if mount.startswith("./")]
        assert all((DEPLOY / mount.partition(":")[0]).exists() for mount in local)
