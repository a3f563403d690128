"""The real boto3 client, against a server that takes a mail and never answers."""

import socket
import threading
from collections.abc import Iterator

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError

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
