"""The console and the portal, as they are served, while their database stands still."""

import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

import campaigns.models
import campaigns.watching.jobs
import tenants.jobs
import tenants.models
from checkin import key_rings
from checkin.databases import METADATA, Side, upgrade_side
from kit import heartbeats, ids
from kit.clock import utc_now
from kit.database import Database
from kit.settings import Settings
from kit.web_server import THREADS
from links import keys, signing
from links.signing import Purpose
from tests.chaos.cluster import Cluster
from tests.frozen.stopped import stopped
from tests.portal.servers import PATIENCE, LoggedServer, served

ASKED = 100


@pytest.fixture(scope="session")
def urls(server: Cluster) -> dict[str, str]:
    """Both databases, with jobs that will have been done in time for as long as a test runs."""
    urls = {name: server.create(f"frozen_{name}") for name in METADATA}
    done = {
        "campaign": (campaigns.models.Heartbeat, campaigns.watching.jobs.expected),
        "platform": (tenants.models.Heartbeat, tenants.jobs.expected),
    }
    for name, (model, expected) in done.items():
        upgrade_side(Side(name, urls[name]))
        database = Database(urls[name])
        with database.writing() as session:
            for job in expected(Settings()):
                heartbeats.done(session, model, job, now=utc_now() + timedelta(hours=1))
        database.dispose()
    return urls


@pytest.fixture
def faces(urls: dict[str, str], tmp_path: Path) -> Iterator[dict[str, LoggedServer]]:
    """Both, each with its own side's database."""
    places = {
        "CHECKIN_SECRET_KEY_FILE": str(tmp_path / "console.key"),
        "CHECKIN_LINK_KEYS_FILE": str(tmp_path / "links"),
        "CHECKIN_VAULT_KEYS": str(tmp_path / "vault"),
    }
    named = {name.removeprefix("CHECKIN_").lower(): value for name, value in places.items()}
    list(key_rings.create_missing(Settings(**named)))  # type: ignore[arg-type]
    with ExitStack() as stack:
        yield {
            face: stack.enter_context(
                served(
                    face,
                    environment={
                        **places,
                        "CHECKIN_CAMPAIGN_DATABASE_URL": "none",
                        "CHECKIN_PLATFORM_DATABASE_URL": "none",
                        f"CHECKIN_{side.upper()}_DATABASE_URL": urls[side],
                    },
                    log=tmp_path / f"{face}.log",
                )
            )
            for face, side in (("console", "campaign"), ("portal", "platform"))
        }


def _status(server: LoggedServer, path: str) -> int:
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{server.port}{path}", timeout=PATIENCE
        ) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def _wait_for(server: LoggedServer, path: str, status: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while _status(server, path) != status:
        assert time.monotonic() < deadline, f"{path} never said {status}"
        time.sleep(0.2)


def test_health_is_answered_while_every_thread_waits_for_the_database(
    server: Cluster, faces: dict[str, LoggedServer], tmp_path: Path
) -> None:
    nobodys = {
        face: signing.sign(keys.load(tmp_path / ring), purpose, ids.new_link_id())
        for face, ring, purpose in (
            ("console", "console.key", Purpose.SIGN_IN),
            ("portal", "links", Purpose.REPLY),
        )
    }
    pages = {"console": f"/sign-in/{nobodys['console']}", "portal": f"/r/{nobodys['portal']}"}
    for face in faces.values():
        _wait_for(face, "/readyz", 200)

    with ThreadPoolExecutor(4 * THREADS) as visitors:
        with stopped(server.pid):
            asked = [
                visitors.submit(_status, face, pages[name])
                for name, face in faces.items()
                for _ in range(2 * THREADS)
            ]
            for face in faces.values():
                assert {200} == {_status(face, "/healthz") for _ in range(ASKED)}
                _wait_for(face, "/readyz", 503)
                assert {503} == {_status(face, "/readyz") for _ in range(ASKED)}
            answered, _ = wait(asked, timeout=0)
        assert [] == [page for page in answered if page.result() < 500]
        assert {page.result() for page in asked} <= {200, 404, 410, 500}

    for name, face in faces.items():
        _wait_for(face, "/readyz", 200)
        assert _status(face, pages[name]) in {404, 410}


def test_a_huge_body_is_refused_before_it_is_sent(faces: dict[str, LoggedServer]) -> None:
    head = b"POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 104857600\r\n\r\n"
    for face in faces.values():
        assert b"HTTP/1.1 413 " in face.ask(head)


def test_slow_requests_stop_neither(faces: dict[str, LoggedServer]) -> None:
    began = b"POST /data HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\na"
    for face in faces.values():
        with ExitStack() as slow:
            for _ in range(150):
                slow.enter_context(face.open()).sendall(began)
            assert 200 == _status(face, "/healthz")
