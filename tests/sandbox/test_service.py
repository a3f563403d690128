"""The stand-in put together, in this process and as one of its own."""

import os
import re
import signal
import subprocess
import sys
import threading
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from kit.errors import BadInput
from sandbox.addresses import host_and_port
from sandbox.service import Sandbox

SERVE = "from sandbox.service import serve; serve(bind='127.0.0.1:0', inbox='127.0.0.1:0')"


def healthy(url: str) -> bool:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
    connection.request("GET", "/healthz")
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status == 200


def test_starting_opens_both_ports_and_stopping_ends_every_thread() -> None:
    before = set(threading.enumerate())
    with Sandbox() as sandbox:
        assert healthy(sandbox.url)
        assert healthy(sandbox.inbox_url)
    left = [thread for thread in set(threading.enumerate()) - before if thread.is_alive()]
    for thread in left:
        thread.join(timeout=5)
    assert [thread.name for thread in left if thread.is_alive()] == []


def test_it_runs_as_a_process_of_its_own_until_it_is_told_to_stop() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE], stdout=subprocess.PIPE, text=True, env={**os.environ}
    )
    assert process.stdout is not None
    lines: list[str] = []
    while not lines or not lines[-1].startswith("# Inbox: "):
        lines.append(process.stdout.readline().strip())
    exported = dict(re.findall(r"export (\w+)=(\S+)", "\n".join(lines)))
    assert healthy(exported["AWS_ENDPOINT_URL_SESV2"])
    assert healthy(lines[-1].removeprefix("# Inbox: "))
    assert exported["CHECKIN_SES_CONFIGURATION_SET"] == "check-in"
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0
    process.stdout.close()


@pytest.mark.parametrize("written", ["", "8003", ":8003", "localhost", "localhost:x", "h:99999"])
def test_an_address_that_is_not_one_is_named(written: str) -> None:
    with pytest.raises(BadInput, match="write HOST:PORT"):
        host_and_port(written)


def test_a_taken_port_is_said_in_a_sentence_and_nothing_stays_open() -> None:
    with Sandbox(inbox=None) as running:
        taken = urlsplit(running.url).netloc
        with pytest.raises(BadInput, match=f"{taken}: cannot be opened"):
            Sandbox(bind=taken).start()
        half = Sandbox(inbox=taken)
        with pytest.raises(BadInput, match=f"{taken}: cannot be opened"):
            half.start()
        with pytest.raises(OSError, match="refused"):
            healthy(half.url)
