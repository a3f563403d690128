"""A Redis server of the suite's own, configured as operators are told to."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis

from kit.ports import free_port
from tests.chaos import processes

CONFIGURATION = {
    "bind": "127.0.0.1",
    "save": "",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "maxmemory-policy": "noeviction",
}


class Broker:
    """A redis-server process on a free port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        chosen = {**CONFIGURATION, "port": str(self._port), "dir": str(self._folder)}
        arguments = [word for name, value in chosen.items() for word in (f"--{name}", value)]
        self._process = processes.start(
            ["redis-server", *arguments], log=self._folder / "redis.log"
        )
        processes.wait_until(lambda: processes.is_open(self._port), "Redis")

    def crash(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def flush(self) -> None:
        """FLUSHALL: every queue, every reservation and every anchor is gone."""
        with Redis.from_url(self.url) as client:
            client.flushall()


def is_possible() -> bool:
    return shutil.which("redis-server") is not None


@contextmanager
def running(folder: Path) -> Iterator[Broker]:
    """A fresh Redis with its files in `folder`."""
    broker = Broker(folder)
    broker.start()
    try:
        yield broker
    finally:
        broker.crash()
