"""The ECS task definitions: compose's shape, and no two processes with one credential."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.sides import DEPLOY
from tests.deploy.stacks import PROCESSES
from tests.deploy.test_cloudformation import CFN_LINT

COMPOSE: dict[str, dict[str, Any]] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())[
    "services"
]
SIDES = ("campaign", "platform")
SERVICE = {"migrator": "{side}-migrate", "console": "console", "portal": "portal"}


def _written(side: str) -> str:
    command = [sys.executable, str(DEPLOY / "aws" / "tasks.py"), side]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


TEMPLATES: dict[str, dict[str, Any]] = {side: json.loads(_written(side)) for side in SIDES}


def _of(side: str, kind: str) -> dict[str, dict[str, Any]]:
    resources = TEMPLATES[side]["Resources"].items()
    return {name: each["Properties"] for name, each in resources if each["Type"] == kind}


def _tasks(side: str) -> dict[str, dict[str, Any]]:
    tasks = _of(side, "AWS::ECS::TaskDefinition")
    return {name.removesuffix("Task").lower(): each for name, each in tasks.items()}


@pytest.mark.parametrize("side", SIDES)
def test_cfn_lint_finds_nothing_in_the_tasks(side: str, tmp_path: Path) -> None:
    file = tmp_path / "tasks.json"
    file.write_text(_written(side))
    command = [CFN_LINT, "--regions", "eu-west-2", "--include-checks", "I", "--", str(file)]

    checked = subprocess.run(command, capture_output=True, text=True)

    assert (0, "") == (checked.returncode, checked.stdout)


@pytest.mark.parametrize("side", SIDES)
def test_every_process_is_a_task_with_roles_of_its_own(side: str) -> None:
    tasks = _tasks(side)

    assert set(PROCESSES[side]) == set(tasks)
    for process, task in tasks.items():
        own = process.capitalize()
        assert {"Fn::ImportValue": {"Fn::Sub": f"${{Roles}}-{own}Role"}} == task["TaskRoleArn"]
        assert {"Fn::GetAtt": [f"{own}ExecutionRole", "Arn"]} == task["ExecutionRoleArn"]


@pytest.mark.parametrize("side", SIDES)
def test_a_process_is_started_with_its_own_environment_and_no_other(side: str) -> None:
    bucket = "arn:${AWS::Partition}:s3:::${EnvironmentBucket}"
    for process, task in _tasks(side).items():
        own = [f"{bucket}/{side}/settings.env", f"{bucket}/{side}/{process}.env"]
        given = task["ContainerDefinitions"][0]["EnvironmentFiles"]
        assert own == [each["Value"]["Fn::Sub"] for each in given]
        assert sorted(own) == sorted(_readable(side, process))


@pytest.mark.parametrize("side", SIDES)
def test_a_task_runs_what_compose_runs_within_the_same_limits(side: str) -> None:
    for process, task in _tasks(side).items():
        service = COMPOSE[SERVICE.get(process, "{side}-" + process).format(side=side)]
        container = task["ContainerDefinitions"][0]
        assert service.get("entrypoint") == container.get("EntryPoint")
        assert service["command"] == container["Command"]
        assert service["user"] == container["User"]
        assert container["ReadonlyRootFilesystem"]
        assert ["ALL"] == container["LinuxParameters"]["Capabilities"]["Drop"]
        assert service["cpus"] * 1024 == int(task["Cpu"])
        if "healthcheck" in service:
            assert "$$" not in str(container["HealthCheck"])


@pytest.mark.parametrize("side", SIDES)
def test_a_volume_is_open_to_the_roles_that_mount_it_and_written_by_those_that_write(
    side: str,
) -> None:
    for name, system in _of(side, "AWS::EFS::FileSystem").items():
        allowed = {
            statement["Principal"]["AWS"]["Fn::ImportValue"]["Fn::Sub"]: statement["Action"]
            for statement in system["FileSystemPolicy"]["Statement"]
        }
        mounted = {
            f"${{Roles}}-{process.capitalize()}Role": mount["ReadOnly"]
            for process, task in _tasks(side).items()
            for mount in task["ContainerDefinitions"][0]["MountPoints"]
            if mount["SourceVolume"].replace("-", "") == name.lower()
        }
        assert {role: not is_read_only for role, is_read_only in mounted.items()} == {
            role: "elasticfilesystem:ClientWrite" in actions for role, actions in allowed.items()
        }


def test_workers_and_beats_of_the_campaign_side_mount_no_key_of_the_console() -> None:
    tasks = _tasks("campaign")

    assert {"console", "migrator", "operator"} == {
        process for process, task in tasks.items() if "campaign-keys" in str(task["Volumes"])
    }


def _readable(side: str, process: str) -> list[str]:
    """What a process's execution role may read of the bucket."""
    role = _of(side, "AWS::IAM::Role")[f"{process.capitalize()}ExecutionRole"]
    return [
        resource["Fn::Sub"]
        for statement in role["Policies"][0]["PolicyDocument"]["Statement"]
        if statement["Action"] == ["s3:GetObject"]
        for resource in statement["Resource"]
    ]
