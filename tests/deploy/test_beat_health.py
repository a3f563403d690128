"""Beat's health check as compose ships it: it is beat that answers, and no worker in its place."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from kit.ports import free_port
from tests.chaos import broker, processes
from tests.conftest import skip_or_fail
from tests.deploy.sides import DEPLOY
from tests.deploy.units import variables

SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())[
    "services"
]


@pytest.fixture
def environment(credentials: Path, tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """What a beat of the campaign side finds, with a Redis that has the shipped ACL."""
    if not broker.is_possible():
        skip_or_fail("redis-server")
    port, users = free_port(), credentials / "redis" / "users.acl"
    command = ["redis-server", str(DEPLOY / "redis" / "redis.conf"), "--port", str(port)]
    command += ["--bind", "127.0.0.1", "--dir", str(tmp_path), "--aclfile", str(users)]
    server = processes.start(command, log=tmp_path / "redis.log")
    own = variables((credentials / "campaign" / "beat.env").read_text())
    place = own["CHECKIN_BROKER_URL"].rpartition("@")[0]
    try:
        processes.wait_until(lambda: processes.is_open(port), "Redis")
        yield own | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOSTNAME": socket.gethostname(),
            "CHECKIN_BROKER_URL": f"{place}@127.0.0.1:{port}/0",
        }
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait()


def test_a_beat_that_runs_is_healthy_and_one_that_stopped_is_not(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    with _running(SERVICES["campaign-beat"]["entrypoint"], environment, tmp_path, "beat: Starting"):
        processes.wait_until(lambda: _is_healthy("campaign-beat", environment), "beat's answer")

    assert not _is_healthy("campaign-beat", environment)


def test_a_worker_does_not_answer_for_beat(environment: Mapping[str, str], tmp_path: Path) -> None:
    worker = [*SERVICES["campaign-worker"]["entrypoint"], "--concurrency", "1"]
    with _running(worker, environment, tmp_path, "ready."):
        assert _is_healthy("campaign-worker", environment)
        assert not _is_healthy("campaign-beat", environment)


@contextmanager
def _running(
    command: list[str], environment: Mapping[str, str], folder: Path, up: str
) -> Iterator[None]:
    log = folder / "log"
    with (
        log.open("w") as stream,
        subprocess.Popen(command, env=environment, stdout=stream, stderr=stream) as process,
    ):
        try:
            processes.wait_until(lambda: up in log.read_text(), up)
            yield
        finally:
            process.terminate()
            process.wait()


def _is_healthy(service: str, environment: Mapping[str, str]) -> bool:
    kind, line = SERVICES[service]["healthcheck"]["test"]
    assert "CMD-SHELL" == kind
    command = ["sh", "-c", line.replace("$$", "$")]
    checked = subprocess.run(command, env=environment, capture_output=True)
    return checked.returncode == 0
