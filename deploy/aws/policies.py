"""IAM policies of the CloudFormation templates."""

from typing import Any

Node = dict[str, Any]


def allow(actions: list[str], resource: Any) -> Node:
    """Return a statement that allows the actions on the resource."""
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


def document(statements: list[Node]) -> Node:
    """Return a policy of these statements."""
    return {"Version": "2012-10-17", "Statement": statements}


def task_role(process: str) -> Node:
    """Return the ARN of a process's task role, which the side's stack exports."""
    return {"Fn::ImportValue": {"Fn::Sub": f"${{Roles}}-{process}Role"}}
