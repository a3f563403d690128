"""The real boto3 client, against a server that takes a mail and never answers."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError

from campaigns.models import Message
from campaigns.ses.transport import BulkTransport, Envelope, Mail
from kit import aws


class DropsAnswers:
    """Reads each HTTP request and closes the connection without a word."""

    def __init__(self) -> None:
        self.requests = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def stop(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                if connection.recv(65536):
                    self.requests += 1


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[DropsAnswers]:
    server = DropsAnswers()
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", server.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    yield server
    server.stop()


def test_a_send_whose_answer_is_lost_is_posted_once(server: DropsAnswers) -> None:
    with pytest.raises(ConnectionClosedError):
        aws.ses_for_sending().send_bulk_email(
            DefaultContent={"Template": {"TemplateContent": {}}}, BulkEmailEntries=[]
        )

    assert server.requests == 1


class Caught(Exception):
    """Instead of being sent."""


def posted_by(client: Any) -> AWSPreparedRequest:
    """What a client would post for two mails."""
    requests = []

    def catch(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        requests.append(request)
        raise Caught

    client.meta.events.register("before-send.sesv2.SendBulkEmail", catch)
    envelope = Envelope("Check-in <check-in@example.org>", "help@example.org", "check-in", 7)
    message = Message(subject="Sut ŷch chi? – £", html="<p>{{reply_link}}</p>", text="\u2028 “x”")
    mails = [Mail(number, f"tenant-{number}@example.org", "reply", "stop") for number in (1, 2)]
    with pytest.raises(Caught):
        BulkTransport(client, envelope, message).send(mails, "attempt")
    return requests[0]


def test_the_send_client_posts_what_boto3_itself_would_post(
    server: DropsAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-2")
    ours = posted_by(aws.ses_for_sending())
    theirs = posted_by(boto3.client("sesv2", config=aws.SEND_ONCE))

    assert ours.body == theirs.body
    assert ours.url == theirs.url
    assert set(ours.headers) == set(theirs.headers)
    for name in ("Content-Type", "Content-Length"):
        assert ours.headers[name] == theirs.headers[name]


def test_a_question_whose_answer_is_lost_is_asked_again(server: DropsAnswers) -> None:
    with pytest.raises(ConnectionClosedError):
        aws.ses_for_asking().get_account()

    assert server.requests == 3


def test_a_client_that_would_send_again_is_refused() -> None:
    eager = boto3.client(
        "sesv2", region_name="eu-west-2", config=Config(retries={"total_max_attempts": 3})
    )

    with pytest.raises(RuntimeError, match="would try 3 times"):
        aws.assert_sends_once(eager)


@pytest.mark.parametrize(
    ("variables", "region"),
    [
        ({}, "eu-west-2"),
        ({"AWS_REGION": "eu-west-1"}, "eu-west-1"),
        ({"AWS_DEFAULT_REGION": "eu-west-3"}, "eu-west-3"),
        ({"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-3"}, "eu-west-1"),
    ],
)
def test_the_region_is_the_one_that_was_named_and_otherwise_london(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], region: str
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert region == aws.ses_for_asking().meta.region_name
