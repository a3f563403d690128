"""A running stand-in and real boto3 clients that talk to it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config

from sandbox.account import AccountLimits
from tests.support.faulty_ses.control import SandboxControl
from tests.support.faulty_ses.service import FaultySandbox

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient

UNLIMITED = AccountLimits(max_send_rate=-1, max_24_hour_send=-1)
ONCE = Config(retries={"total_max_attempts": 1})
UNCHECKED = ONCE.merge(Config(parameter_validation=False))


class SteppedClock:
    """A monotonic clock, in seconds, that moves when a test moves it."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def sandbox() -> Iterator[FaultySandbox]:
    with FaultySandbox(limits=UNLIMITED, event_delay=0) as running:
        yield running


@pytest.fixture
def control(sandbox: FaultySandbox) -> SandboxControl:
    return sandbox.control


@pytest.fixture(scope="session")
def aws() -> boto3.Session:
    """One session for all tests: reading botocore's models takes longer than a test."""
    return boto3.Session(region_name="eu-west-2")


@pytest.fixture
def environment(sandbox: FaultySandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def ses(environment: None, aws: boto3.Session) -> Iterator["SESV2Client"]:
    client = aws.client("sesv2", config=ONCE)
    yield client
    client.close()


@pytest.fixture
def unchecked_ses(environment: None, aws: boto3.Session) -> Iterator["SESV2Client"]:
    """A client that sends what its own validation would have stopped."""
    client = aws.client("sesv2", config=UNCHECKED)
    yield client
    client.close()


@pytest.fixture
def sqs(environment: None, aws: boto3.Session) -> Iterator["SQSClient"]:
    client = aws.client("sqs", config=ONCE)
    yield client
    client.close()
