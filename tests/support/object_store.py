"""An S3 bucket on this machine, for what is kept in an object store."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from moto import mock_aws

from kit import aws

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET, KEY = "check-in-anchor", "of-a-side/releases"
PLACE = f"s3://{BUCKET}/{KEY}"


@contextmanager
def running(monkeypatch: pytest.MonkeyPatch) -> Iterator["S3Client"]:
    """A client of it; the bucket is there and empty."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        client = aws.s3()
        client.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"}
        )
        yield client
