"""The date of a signature, as AWS judges it."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from kit.clock import utc_now
from sandbox.service import Sandbox
from sandbox.signatures import WRITTEN
from tests.sandbox.requests import bulk, statuses

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient


def _wrong_by(client: Any, wrong: timedelta, *, day: timedelta | None = None) -> None:
    """Let a client sign as a machine does whose clock is wrong by so much."""

    def put_wrong(request: Any, **_: object) -> None:
        present = utc_now() + wrong
        scope = f"{utc_now():/%Y%m%d/}".encode()
        signed = f"{utc_now() + (wrong if day is None else day):/%Y%m%d/}".encode()
        authorization = request.headers["Authorization"]
        request.headers["X-Amz-Date"] = f"{present:{WRITTEN}}"
        request.headers["Authorization"] = authorization.replace(scope, signed)

    client.meta.events.register("before-send", put_wrong)


@pytest.mark.parametrize("minutes", [-4.5, 0, 4.5])
def test_a_clock_that_is_wrong_by_less_than_five_minutes_may_send(
    ses: "SESV2Client", minutes: float
) -> None:
    _wrong_by(ses, timedelta(minutes=minutes))

    assert ["SUCCESS"] == statuses(ses, bulk())


@pytest.mark.parametrize(
    ("minutes", "sentence"),
    [(-5.5, "Signature expired: "), (5.5, "Signature not yet current: ")],
)
def test_a_clock_that_is_wrong_by_more_may_not(
    ses: "SESV2Client", minutes: float, sentence: str
) -> None:
    _wrong_by(ses, timedelta(minutes=minutes))
    with pytest.raises(ClientError, match=sentence) as caught:
        ses.send_bulk_email(**bulk())

    response = caught.value.response
    assert response["Error"]["Code"] == "InvalidSignatureException"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_sqs_calls_it_by_its_older_name(sqs: "SQSClient", sandbox: Sandbox) -> None:
    _wrong_by(sqs, timedelta(minutes=-6))
    with pytest.raises(ClientError, match="Signature expired: ") as caught:
        sqs.receive_message(QueueUrl=sandbox.queue_url)

    assert caught.value.response["Error"]["Code"] == "SignatureDoesNotMatch"


def test_the_day_of_the_scope_is_the_day_of_the_date(ses: "SESV2Client") -> None:
    _wrong_by(ses, timedelta(), day=timedelta(days=1))
    with pytest.raises(ClientError, match="Date in Credential scope does not match"):
        ses.get_account()
