"""The proxies' examples, run as they are but for ports, certificates and places of logs."""

import re
import shutil
import socket
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask, request

from kit import proxies, web_server
from kit.ports import free_port
from tests.chaos import processes
from tests.conftest import skip_or_fail

EXAMPLES = Path(__file__).parents[2] / "deploy" / "proxy"
TOKEN = f"{'a1B2' * 5}zz.{'s3C4' * 10}sig"
PATIENCE = 60
ASKED = (
    f"GET /r/{TOKEN} HTTP/1.1",
    f"GET /stop/{TOKEN}?again={TOKEN} HTTP/1.1",
    f"GET /%72/{TOKEN} HTTP/1.1",
    f"GET //r/{TOKEN} HTTP/1.1",
    f"GET /{TOKEN} HTTP/1.1",
    f"GET /r/{TOKEN} HTTP/1.1\r\nContent-Length: 99999999",
    f"GET /r/{TOKEN} HTTP/9.9",
    f"GE T /r/{TOKEN}",
)


@contextmanager
def _who_asked() -> Iterator[int]:
    """A site behind one proxy that says whose address it counts a request by."""
    app = Flask("who")
    app.add_url_rule("/<path:page>", view_func=lambda page: str(request.remote_addr))
    proxies.trust(app, 1)
    server = web_server.bind(app, host="127.0.0.1", port=0, body_max=1000)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.effective_port
    server.close()
    thread.join(PATIENCE)


def _example(name: str, *, console: int, portal: int) -> str:
    """The file with its servers at other ports."""
    text = (EXAMPLES / name).read_text()
    for usual, port in ((8000, console), (8001, portal)):
        text = text.replace(f"127.0.0.1:{usual}", f"127.0.0.1:{port}")
    return text


def _nginx(folder: Path, port: int, site: int, nobody: int) -> list[str]:
    """Wrapped in what Debian's own nginx.conf has around it."""
    text = _example("nginx.conf", console=site, portal=nobody)
    text = re.sub(r"^ *ssl_certificate.*\n", "", text, flags=re.MULTILINE)
    text = text.replace("443 ssl http2", f"127.0.0.1:{port}").replace("/var/log/nginx", str(folder))
    (folder / "checkin.conf").write_text(text)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; user root; pid {folder}/pid; events {{}}"
        f" http {{ {temporary} include {folder}/checkin.conf; }}"
    )
    return ["nginx", "-c", f"{folder}/nginx.conf", "-p", str(folder), "-e", f"{folder}/start.log"]


def _caddy(folder: Path, port: int, site: int, nobody: int) -> list[str]:
    text = _example("Caddyfile", console=site, portal=nobody)
    text = re.sub(r"^(\w+\.example\.org)", rf"http://\1:{port}", text, flags=re.MULTILINE)
    text = text.replace("{\n\tlog default", "{\n\tadmin off\n\tlog default", 1)
    (folder / "Caddyfile").write_text(text)
    return ["caddy", "run", "--config", f"{folder}/Caddyfile"]


Proxy = Callable[[Path, int, int, int], list[str]]


@contextmanager
def _running(proxy: Proxy, folder: Path, site: int) -> Iterator[int]:
    port = free_port()
    command = proxy(folder, port, site, free_port())
    process = processes.start(
        command, log=folder / "written.log", environment={"HOME": str(folder)}
    )
    try:
        processes.wait_until(lambda: processes.is_open(port), command[0])
        yield port
    finally:
        processes.end(process)


def _ask(port: int, lines: str, host: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        referer = f"https://portal.example.org/r/{TOKEN}"
        heads = f"Host: {host}.example.org\r\nReferer: {referer}\r\nConnection: close\r\n\r\n"
        connection.sendall(f"{lines}\r\n{heads}".encode())
        return connection.recv(65536)


@pytest.mark.parametrize("proxy", [_nginx, _caddy])
def test_a_proxy_logs_no_token_and_says_who_asked(proxy: Proxy, tmp_path: Path) -> None:
    program = proxy.__name__.removeprefix("_")
    if shutil.which(program) is None:
        skip_or_fail(program)
    with _who_asked() as site, _running(proxy, tmp_path, site) as port:
        answers = [_ask(port, lines, host) for lines in ASKED for host in ("console", "portal")]
        asked = urllib.request.Request(
            f"http://127.0.0.1:{port}/who",
            headers={"Host": "console.example.org", "X-Forwarded-For": "203.0.113.7"},
        )
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
            assert b"127.0.0.1" == answer.read()
        hidden = _ask(port, "GET /metrics HTTP/1.1", "console")

    statuses = [answer[9:12] for answer in (answers[0], answers[1], hidden)]
    assert [b"200", b"502", b"404"] == statuses
    written = "".join(file.read_text() for file in tmp_path.glob("*.log"))
    assert "/stop" in written
    assert [part for part in (TOKEN[:22], TOKEN[23:]) if part in written] == []
