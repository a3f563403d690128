"""The platform is called with what changed: signed, in order, again until it was taken."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from standardwebhooks import Webhook as Verifier

from kit.database import Database
from kit.errors import Refused
from tenants.feed import signatures, webhook
from tenants.feed.webhook import Receiver
from tenants.rights import rights
from tests.tenants.roster.rosters import line, load_lines

NOW = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)


class Platform:
    """A receiver on this machine that answers as it is told and keeps what it got."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.answers: list[int] = []
        self.got: list[tuple[dict[str, str], bytes]] = []

    def pages(self) -> list[list[tuple[str, str]]]:
        return [
            [(item["tenant_ref"], item["action"]) for item in json.loads(body)["items"]]
            for _, body in self.got
        ]


@contextmanager
def listening() -> Iterator[Platform]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            platform.got.append(({name.lower(): of for name, of in self.headers.items()}, body))
            status = platform.answers.pop(0) if platform.answers else 204
            self.send_response(status)
            self.send_header("Location", f"{platform.url}elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    platform = Platform(f"http://127.0.0.1:{server.server_port}/")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(name="platform")
def _platform() -> Iterator[Platform]:
    with listening() as found:
        yield found


@pytest.fixture
def secret(tmp_path: Path) -> str:
    return signatures.add_secret(tmp_path / "webhook")


@pytest.fixture
def receiver(platform: Platform, secret: str, tmp_path: Path) -> Receiver:
    return Receiver(platform.url, signatures.load(tmp_path / "webhook"))


def stop(database: Database, *refs: str) -> None:
    load_lines(database, *(line(ref, f"{ref}@example.org") for ref in refs))
    with database.writing() as session:
        for ref in refs:
            rights.stop(session, rights.find(session, ref), now=NOW)


def call(database: Database, receiver: Receiver, *, after: timedelta = timedelta()) -> int:
    return webhook.call(database, receiver, clock=lambda: NOW + after)


def test_changes_come_in_order_and_once(
    platform_db: Database, platform: Platform, receiver: Receiver
) -> None:
    stop(platform_db, "t1", "t2")
    assert (call(platform_db, receiver), call(platform_db, receiver)) == (1, 0)
    stop(platform_db, "t3")
    assert call(platform_db, receiver) == 1
    assert platform.pages() == [[("t1", "stopped"), ("t2", "stopped")], [("t3", "stopped")]]


def test_a_call_is_signed_as_the_receivers_library_checks_it(
    platform_db: Database, platform: Platform, secret: str, tmp_path: Path
) -> None:
    newer = signatures.add_secret(tmp_path / "webhook")
    stop(platform_db, "t1")
    receiver = Receiver(platform.url, signatures.load(tmp_path / "webhook"))
    webhook.call(platform_db, receiver, clock=lambda: datetime.now(UTC))
    ((headers, body),) = platform.got
    for known in (secret, newer):
        assert Verifier(known).verify(body, headers)
    with pytest.raises(Exception, match="No matching signature"):
        Verifier(secret).verify(body.replace(b"t1", b"t2"), headers)


@pytest.mark.parametrize("status", [500, 404, 302])
def test_a_page_that_was_not_taken_comes_again_and_nothing_before_it(
    platform_db: Database, platform: Platform, receiver: Receiver, status: int
) -> None:
    stop(platform_db, "t1")
    platform.answers = [status, status]
    assert call(platform_db, receiver) == 0
    stop(platform_db, "t2")
    soon, later = timedelta(seconds=59), timedelta(seconds=60)
    assert (call(platform_db, receiver, after=soon), len(platform.got)) == (0, 1)
    assert call(platform_db, receiver, after=later) == 0
    with platform_db.reading() as session:
        standing = webhook.standing(session)
        assert standing is not None
        assert (standing.failures, standing.trouble) == (2, f"HTTP {status}")
    assert call(platform_db, receiver, after=later * 3) == 1
    assert platform.pages()[-1] == [("t1", "stopped"), ("t2", "stopped")]


def test_a_receiver_that_is_not_there_costs_nothing_but_time(
    platform_db: Database, secret: str, tmp_path: Path
) -> None:
    with listening() as gone:
        pass
    stop(platform_db, "t1")
    keys = signatures.load(tmp_path / "webhook")
    waits = []
    for _ in range(12):
        assert webhook.call(platform_db, Receiver(gone.url, keys), clock=lambda: NOW) == 0
        with platform_db.writing() as session:
            row = webhook.standing(session)
            assert row is not None
            waits.append(row.due_at - NOW)
            row.due_at = NOW
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert waits[-1] == timedelta(hours=6)


def test_many_changes_come_in_pages(
    platform_db: Database, platform: Platform, receiver: Receiver
) -> None:
    stop(platform_db, *(f"t{number:03}" for number in range(webhook.PAGE + 1)))
    assert call(platform_db, receiver) == 2
    assert [len(page) for page in platform.pages()] == [webhook.PAGE, 1]
    assert [json.loads(body)["has_more"] for _, body in platform.got] == [True, False]


@pytest.mark.parametrize("content", ["", "whsec_c2hvcnQ=\n", "no base64!\n"])
def test_a_file_without_a_good_secret_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "webhook").write_text(content)
    with pytest.raises(Refused):
        signatures.load(tmp_path / "webhook")
