"""A server that slow, huge and many requests do not stop."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress

import pytest
from flask import Flask

from kit import web_server
from kit.web_server import THREADS

PATIENCE = 60
GET = "GET {} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
BEGUN = b"GET / HTTP/1.1\r\nHost: "


class Site:
    """One page that waits until it is let go, and what is asked about the process."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.app = Flask("site")
        self.app.add_url_rule("/", view_func=self._page)
        self.app.add_url_rule("/healthz", "healthz", lambda: "ok")
        self.port = 0

    def _page(self) -> str:
        self.let_go.wait(PATIENCE)
        return "page"

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def get(self, path: str) -> str:
        with self.connect() as connection:
            connection.sendall(GET.format(path).encode())
            return _all_of(connection)


def _all_of(connection: socket.socket) -> str:
    """What comes until the server closes, whether or not it had read all that was sent to it."""
    answer = b""
    with suppress(ConnectionResetError):
        while part := connection.recv(65536):
            answer += part
    return answer.decode()


@contextmanager
def _running(site: Site, body_max: int) -> Iterator[None]:
    server = web_server.bind(site.app, host="127.0.0.1", port=0, body_max=body_max)
    site.port = server.effective_port
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield
    site.let_go.set()
    server.close()
    thread.join(PATIENCE)


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()
    with _running(found, body_max=1000):
        yield found


def test_health_is_answered_while_every_thread_is_busy(site: Site) -> None:
    with ThreadPoolExecutor(THREADS + 2) as visitors:
        pages = [visitors.submit(site.get, "/") for _ in range(THREADS + 2)]

        assert site.get("/healthz").endswith("ok")
        assert not any(page.done() for page in pages)

        site.let_go.set()
        assert all(page.result().endswith("page") for page in pages)


def test_a_body_that_is_too_large_is_refused_before_it_comes(site: Site) -> None:
    with site.connect() as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n")
        assert _all_of(connection).startswith("HTTP/1.1 413 ")


def test_who_connects_when_all_places_are_taken_gets_the_oldest(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_server, "CONNECTIONS_MAX", 5)
    with ExitStack() as slow:
        waiting = [slow.enter_context(site.connect()) for _ in range(5)]
        for connection in waiting:
            connection.sendall(BEGUN)

        assert site.get("/healthz").endswith("ok")
        assert "" == _all_of(waiting[0])


def test_a_request_that_takes_too_long_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_server, "REQUEST_SECONDS", 0)
    monkeypatch.setattr(web_server, "CLEANUP_SECONDS", 0)
    site = Site()
    with _running(site, body_max=1000), site.connect() as connection:
        connection.sendall(BEGUN)
        assert "" == _all_of(connection)
