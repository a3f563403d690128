"""boto3 clients. Credentials, region and endpoints are boto3's own settings.

Each send is posted once. By default boto3 posts a request up to three times when the answer is
lost, and SES v2 has no idempotency token, so the send client's retries are off; this is asserted.
"""

import json
import os
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from kit.timeouts import AWS_ASK, AWS_CONNECT, AWS_SEND, AWS_SOON
from kit.variables import HOME_REGION

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient

NAME = f"{boto3.__name__}/{boto3.__version__}"
"""A fixed user agent: building its own for each request takes botocore a twentieth of a worker's
time."""
SEND_ONCE = Config(
    retries={"total_max_attempts": 1, "mode": "standard"},
    connect_timeout=AWS_CONNECT,
    read_timeout=AWS_SEND,
    parameter_validation=False,
    tcp_keepalive=True,
    user_agent=NAME,
)
ASK_AGAIN = Config(
    retries={"total_max_attempts": 3, "mode": "standard"},
    connect_timeout=AWS_CONNECT,
    read_timeout=AWS_ASK,
)
ASK_SOON = Config(
    retries={"total_max_attempts": 3, "mode": "standard"},
    connect_timeout=AWS_CONNECT,
    read_timeout=AWS_SOON,
)

BULK = "sesv2.SendBulkEmail"
BODY = "checkin_body"


def ses_for_sending() -> "SESV2Client":
    """An SES v2 client that posts each request exactly once."""
    client = _session().client("sesv2", config=SEND_ONCE)
    assert_sends_once(client)
    client.meta.events.register(f"before-parameter-build.{BULK}", _write_body)
    client.meta.events.register(f"before-call.{BULK}", _use_body)
    return client


def ses_for_asking() -> "SESV2Client":
    """An SES v2 client for reading account and identity; safe to retry."""
    return _session().client("sesv2", config=ASK_SOON)


def sqs() -> "SQSClient":
    """An SQS client for the event queue."""
    return _session().client("sqs", config=ASK_AGAIN)


def kms() -> "KMSClient":
    """A KMS client for wrapping and unwrapping data keys; safe to retry."""
    return _session().client("kms", config=ASK_SOON)


def s3() -> "S3Client":
    """An S3 client for the release ledger's anchor, whose writes name the version they replace."""
    return _session().client("s3", config=ASK_AGAIN)


def assert_sends_once(client: "SESV2Client") -> None:
    """Raise RuntimeError if the client retries by itself, which could mail somebody twice."""
    attempts = client.meta.config.retries.get("total_max_attempts")  # type: ignore[attr-defined]
    if attempts != 1:
        raise RuntimeError(f"the SES send client would try {attempts} times; it must try once")


def _write_body(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    """Serialise a bulk request's body here instead of in botocore.

    The body is plain JSON of the parameters under their own names. botocore's serialiser looks up
    every value in the service model, which takes a tenth of a worker's time.
    """
    context[BODY] = json.dumps(params).encode()
    params.clear()


def _use_body(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    params["body"] = context.pop(BODY)


def _session() -> boto3.Session:
    """Take the region from AWS_REGION, which boto3 itself does not read, not from a profile."""
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return boto3.Session(region_name=region or HOME_REGION)
