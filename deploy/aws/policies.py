"""Parts of a CloudFormation template that say who may do what."""

from typing import Any

Node = dict[str, Any]


def allow(actions: list[str], resource: Any) -> Node:
    """A statement of a policy."""
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


def document(statements: list[Node]) -> Node:
    """A policy of these statements."""
    return {"Version": "2012-10-17", "Statement": statements}


def task_role(process: str) -> Node:
    """The ARN of a process's own role, which the side's stack exports."""
    return {"Fn::ImportValue": {"Fn::Sub": f"${{Roles}}-{process}Role"}}
