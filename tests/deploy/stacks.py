"""The two CloudFormation stacks as data, and what each role in them is granted."""

from collections.abc import Iterator
from typing import Any

import yaml

from tests.deploy.sides import DEPLOY

FILES = sorted((DEPLOY / "aws").glob("*.yaml"))
PROCESSES = {
    "campaign": ("beat", "console", "migrator", "operator", "worker"),
    "platform": ("beat", "migrator", "operator", "portal", "worker"),
}


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short functions, each kept as `{function: value}`."""


def _function(loader: Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.SequenceNode):
        return {suffix: loader.construct_sequence(node, deep=True)}
    return {suffix: loader.construct_scalar(node)}  # type: ignore[arg-type]


Loader.add_multi_constructor("!", _function)


def template(side: str) -> dict[str, dict[str, Any]]:
    text = (DEPLOY / "aws" / f"{side}.yaml").read_text()
    read: dict[str, dict[str, Any]] = yaml.load(text, Loader)  # noqa: S506
    return read


STACKS = {file.stem: template(file.stem)["Resources"] for file in FILES}
CAMPAIGN, PLATFORM = STACKS["campaign"], STACKS["platform"]


def statements(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for statement in document["Statement"]:
        action = statement["Action"]
        yield statement | {"Action": [action] if isinstance(action, str) else action}


def granted(stack: dict[str, dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """What each role may do, by its own policies."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, resource in stack.items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::IAM::Role":
            documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
            found.setdefault(name, []).extend(s for d in documents for s in statements(d))
        if resource["Type"] == "AWS::IAM::Policy":
            for role in properties["Roles"]:
                found.setdefault(role["Ref"], []).extend(statements(properties["PolicyDocument"]))
    return found


def actions(stack: dict[str, dict[str, Any]]) -> dict[str, set[str]]:
    return {
        role: {action for statement in allowed for action in statement["Action"]}
        for role, allowed in granted(stack).items()
    }
