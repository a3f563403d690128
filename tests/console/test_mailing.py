"""The console's own mail, and how often it may be asked for."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, cast

import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.validate import ParamValidator
from mypy_boto3_sesv2 import SESV2Client

from console import mailing
from console.mailing import PostRoom
from kit import aws
from tests.console.site import AUTHOR, AtOnce, ConsoleSite

LINK = "http://127.0.0.1:8000/sign-in/TOKEN"


class SentMail:
    """Stands in for an SES client and keeps each request."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []

    def send_email(self, **request: Any) -> None:
        self.requests.append(request)


class Never(Executor):
    """Keeps jobs and runs none."""

    def __init__(self) -> None:
        self.jobs = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.jobs += 1
        return Future()


def _sent(site: ConsoleSite) -> dict[str, Any]:
    recorder = SentMail()
    send = mailing.ses_mailer(site.settings, lambda: cast(SESV2Client, recorder))
    send(to=AUTHOR, letter=mailing.sign_in_letter(LINK))
    (request,) = recorder.requests
    return request


def test_the_link_goes_to_one_address_with_tracking_off(site: ConsoleSite) -> None:
    request = _sent(site)
    assert request["Destination"] == {"ToAddresses": [AUTHOR]}
    assert request["FromEmailAddress"] == site.settings.from_address
    assert set(request["ConfigurationOverrides"]["Tracking"].values()) == {"DISABLED"}
    body = request["Content"]["Simple"]["Body"]
    assert all(LINK in body[part]["Data"] for part in ("Text", "Html"))


def test_ses_would_take_the_request(site: ConsoleSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    model = aws.ses_for_sending().meta.service_model.operation_model("SendEmail")
    assert model.input_shape is not None
    report = ParamValidator().validate(_sent(site), model.input_shape)
    assert report.generate_report() == ""


def test_a_mail_that_fails_leaves_room_for_the_next() -> None:
    room = PostRoom(AtOnce())

    def fail() -> None:
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")

    for _ in range(mailing.WAITING_MAX + 1):
        room.put(fail)
    done: list[bool] = []
    room.put(lambda: done.append(True))
    assert done == [True]


def test_mail_is_dropped_when_too_much_waits() -> None:
    never = Never()
    room = PostRoom(never)
    for _ in range(mailing.WAITING_MAX + 5):
        room.put(lambda: None)
    assert never.jobs == mailing.WAITING_MAX
