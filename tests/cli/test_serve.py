"""Both faces as processes of their own."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.cli.conftest import Cli

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@contextmanager
def _serving(face: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    command = [sys.executable, "-m", "checkin", "serve", face, "--bind", "127.0.0.1:0"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stderr is not None
        found = (ADDRESS.search(line) for line in process.stderr)
        yield next(match[0] for match in found if match), process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("face", ["console", "portal"])
def test_a_face_answers_and_ends_at_sigterm(cli: Cli, face: str) -> None:
    with _serving(face) as (address, process):
        with urllib.request.urlopen(f"{address}/healthz") as answer:
            assert 200 == answer.status
        process.send_signal(signal.SIGTERM)

        assert 0 == process.wait(timeout=60)


@pytest.mark.parametrize("bind", ["8000", "127.0.0.1:http", "127.0.0.1:70000"])
def test_an_address_that_is_none_is_named(cli: Cli, bind: str) -> None:
    result = cli("serve", "console", "--bind", bind)

    assert (1, f"--bind {bind}: is not an address; write HOST:PORT, e.g. 127.0.0.1:8000\n") == (
        result.exit_code,
        result.stderr,
    )


@pytest.mark.parametrize("face", ["console", "portal"])
def test_an_address_in_use_is_said(cli: Cli, face: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bind = f"127.0.0.1:{taken.getsockname()[1]}"

        result = cli("serve", face, "--bind", bind)

    assert (1, f"--bind {bind}: cannot be opened: Address already in use; choose another\n") == (
        result.exit_code,
        result.stderr,
    )
