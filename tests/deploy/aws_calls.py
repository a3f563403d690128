"""Every request to AWS that the code makes, as the IAM action that allows it.

A call is found by its name and by its receiver, a boto3 client. Names of requests and services are
botocore's; an action is called as its request, but for batches and for what S3 calls objects.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import botocore.session
from botocore import xform_name

from tests.deploy.sides import DEPLOY

SERVICES = {"sesv2": "ses", "sqs": "sqs", "kms": "kms", "s3": "s3"}
"""Each service that the code talks to, and what IAM calls it."""
ALLOWED_BY = {"sqs:DeleteMessageBatch": "sqs:DeleteMessage"}
CLIENT = ("client", "aws.", "connect()")
"""What the receiver of a call is spelt with."""
NO_PRODUCT = {"bench", "tests", "sandbox", "deploy", "docs", "build", "var"}


def actions() -> Iterator[str]:
    """The actions, some more than once."""
    known = dict(_requests())
    for folder in DEPLOY.parent.iterdir():
        if folder.is_dir() and not folder.name.startswith(".") and folder.name not in NO_PRODUCT:
            for file in folder.rglob("*.py"):
                yield from _actions(file, known)


def _requests() -> Iterator[tuple[str, str]]:
    session = botocore.session.get_session()
    for service, prefix in SERVICES.items():
        for name in session.get_service_model(service).operation_names:
            action = f"{prefix}:{name}"
            yield xform_name(name), ALLOWED_BY.get(action, action)


def _actions(file: Path, known: dict[str, str]) -> Iterator[str]:
    """A client's methods that are called, or handed on to be called."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Attribute) and node.attr in known and _is_client(node.value):
            yield known[node.attr]


def _is_client(receiver: ast.expr) -> bool:
    return any(word in ast.unparse(receiver) for word in CLIENT)
