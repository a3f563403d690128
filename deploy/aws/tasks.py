#!/usr/bin/env python3
"""Write one side's ECS task definitions as a CloudFormation template, made from compose.yaml.

    deploy/aws/tasks.py campaign > campaign-tasks.json

So ECS runs the same commands, health checks, limits and mounts as the tests do. Each process has
its own task role, from the side's stack, and its own execution role, which reads that process's two
environment files in S3 and nothing else. A volume of compose becomes an encrypted EFS file system
that only the roles that mount it can use.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml
from policies import Node, allow, document, task_role
from volumes import file_system, mounts, volume_of

COMPOSE = Path(__file__).resolve().parents[1] / "compose.yaml"
OWN_IMAGE = "CHECKIN_IMAGE"
PROCESSES = {"migrate": "Migrator"}
"""Services whose name is not their process's."""


def main() -> None:
    """Print the template of the side named on the command line."""
    print(json.dumps(template(sys.argv[1]), indent=1))


def template(side: str) -> Node:
    """The stack of one side's tasks; `side` is `campaign` or `platform`."""
    services = dict(_services(side))
    volumes = sorted({volume for each in services.values() for volume, _, _ in mounts(each)})
    resources: Node = {}
    for volume in volumes:
        resources |= file_system(volume, services)
    for process, service in services.items():
        resources |= _process(side, process, service)
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Check-in, the {side} side's processes on ECS; see deploy/aws/tasks.py.",
        "Parameters": _parameters(side),
        "Resources": resources,
        "Outputs": {f"{name}Task": {"Value": {"Ref": f"{name}Task"}} for name in services},
    }


def _services(side: str) -> Iterator[tuple[str, Node]]:
    """Return each process of a side that runs in the project's own image."""
    for name, service in yaml.safe_load(COMPOSE.read_text())["services"].items():
        if OWN_IMAGE in service["image"] and f"/{side}/" in service["env_file"][0]:
            own = name.removeprefix(f"{side}-")
            yield PROCESSES.get(own, own.capitalize()), service


def _parameters(side: str) -> Node:
    identifiers = {"SubnetA": "Subnet", "SubnetB": "Subnet", "FilesSecurityGroup": "SecurityGroup"}
    return {
        "Roles": {"Type": "String", "Default": f"checkin-{side}", "Description": "The role stack."},
        "Image": {"Type": "String", "Description": "The image's address in Repository, with tag."},
        "Repository": {"Type": "String", "Description": "The name of the ECR repository."},
        "EnvironmentBucket": {"Type": "String", "Description": f"Holds {side}/PROCESS.env."},
        **{
            name: {"Type": f"AWS::EC2::{kind}::Id" if kind == "Subnet" else "String"}
            for name, kind in identifiers.items()
        },
    }


def _process(side: str, process: str, service: Node) -> Node:
    logs, execution = f"{process}Logs", f"{process}ExecutionRole"
    return {
        logs: {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 30}}
        | {"UpdateReplacePolicy": "Delete", "DeletionPolicy": "Delete"},
        execution: _execution_role(process, service),
        f"{process}Task": {
            "Type": "AWS::ECS::TaskDefinition",
            "Properties": {
                "Family": f"checkin-{side}-{process.lower()}",
                "RequiresCompatibilities": ["FARGATE"],
                "NetworkMode": "awsvpc",
                "Cpu": str(int(service["cpus"] * 1024)),
                "Memory": str(_megabytes(service["mem_limit"])),
                "TaskRoleArn": task_role(process),
                "ExecutionRoleArn": {"Fn::GetAtt": [execution, "Arn"]},
                "Volumes": [
                    {"Name": "tmp"},
                    *(volume_of(volume) for volume, _, _ in mounts(service)),
                ],
                "ContainerDefinitions": [_container(process, service)],
            },
        },
    }


def _container(process: str, service: Node) -> Node:
    optional: Node = {"HealthCheck": _health(service)} if "healthcheck" in service else {}
    if "entrypoint" in service:
        optional["EntryPoint"] = service["entrypoint"]
    if "ports" in service:
        optional["PortMappings"] = [{"ContainerPort": int(service["ports"][0].split(":")[-1])}]
    return optional | {
        "Name": process.lower(),
        "Image": {"Ref": "Image"},
        "Command": service["command"],
        "User": service["user"],
        "ReadonlyRootFilesystem": service["read_only"],
        "LinuxParameters": {"InitProcessEnabled": True, "Capabilities": {"Drop": ["ALL"]}},
        "EnvironmentFiles": [
            {"Type": "s3", "Value": arn} for arn in reversed(_environment_files(service))
        ],
        "MountPoints": list(_mount_points(service)),
        "LogConfiguration": {
            "LogDriver": "awslogs",
            "Options": {
                "awslogs-group": {"Ref": f"{process}Logs"},
                "awslogs-region": {"Ref": "AWS::Region"},
                "awslogs-stream-prefix": "checkin",
            },
        },
    }


def _mount_points(service: Node) -> Iterator[Node]:
    yield {"SourceVolume": "tmp", "ContainerPath": "/tmp"}  # noqa: S108 - the container's own
    for volume, path, is_read_only in mounts(service):
        yield {"SourceVolume": volume, "ContainerPath": path, "ReadOnly": is_read_only}


def _environment_files(service: Node) -> list[Node]:
    """The files in compose's order. ECS keeps the first value of a variable, compose the last."""
    files = (each.partition("/etc/checkin}/")[2] for each in service["env_file"])
    return [
        {"Fn::Sub": f"arn:${{AWS::Partition}}:s3:::${{EnvironmentBucket}}/{file}"} for file in files
    ]


def _execution_role(process: str, service: Node) -> Node:
    repository = (
        "arn:${AWS::Partition}:ecr:${AWS::Region}:${AWS::AccountId}:repository/${Repository}"
    )
    pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    statements = [
        allow(["ecr:GetAuthorizationToken"], "*"),
        allow(pull, {"Fn::Sub": repository}),
        allow(
            ["logs:CreateLogStream", "logs:PutLogEvents"], {"Fn::GetAtt": [f"{process}Logs", "Arn"]}
        ),
        allow(["s3:GetObject"], _environment_files(service)),
        allow(
            ["s3:GetBucketLocation"], {"Fn::Sub": "arn:${AWS::Partition}:s3:::${EnvironmentBucket}"}
        ),
    ]
    policy = {"PolicyName": "start", "PolicyDocument": document(statements)}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": document([TRUST]), "Policies": [policy]},
    }


TRUST: Node = {
    "Effect": "Allow",
    "Principal": {"Service": "ecs-tasks.amazonaws.com"},
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
}


def _health(service: Node) -> Node:
    check = service["healthcheck"]
    seconds = {name: int(check[name].removesuffix("s")) for name in ("interval", "timeout")}
    return {
        "Command": [word.replace("$$", "$") for word in check["test"]],
        "Interval": seconds["interval"],
        "Timeout": seconds["timeout"],
        "StartPeriod": int(check["start_period"].removesuffix("s")),
    }


def _megabytes(size: str) -> int:
    return int(size[:-1]) * {"m": 1, "g": 1024}[size[-1]]


if __name__ == "__main__":
    main()
