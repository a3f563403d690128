"""Whose address counts where proxies stand in between: never one that the visitor made up."""

import threading
from urllib.request import Request, urlopen

import pytest
from flask import Flask, request

from kit import proxies, web_server


@pytest.mark.parametrize(
    ("hops", "forwarded", "counted"),
    [
        (0, "198.51.100.1", "127.0.0.1"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "made-up, 198.51.100.1", "198.51.100.1"),
        (2, "made-up, 198.51.100.1, 192.0.2.1", "198.51.100.1"),
        (2, "198.51.100.1", "127.0.0.1"),
    ],
)
def test_only_what_trusted_proxies_added_is_believed(
    hops: int, forwarded: str, counted: str
) -> None:
    app = Flask("seen")
    proxies.trust(app, hops)
    app.add_url_rule("/", view_func=lambda: f"{request.remote_addr} {request.scheme}")

    answer = app.test_client().get(
        "/", headers={"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https"}
    )

    assert f"{counted} http" == answer.text


def test_the_server_passes_the_header_on() -> None:
    app = Flask("seen")
    proxies.trust(app, 1)
    app.add_url_rule("/", view_func=lambda: str(request.remote_addr))
    server = web_server.bind(app, host="127.0.0.1", port=0, body_max=1024)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    asked = Request(
        f"http://127.0.0.1:{server.effective_port}", headers={"X-Forwarded-For": "198.51.100.1"}
    )
    with urlopen(asked, timeout=60) as answer:
        assert b"198.51.100.1" == answer.read()
    server.close()
    thread.join(timeout=5)
