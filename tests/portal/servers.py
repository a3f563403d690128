"""The console or the portal in a process of its own, with all that it wrote."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kit.ports import free_port

PATIENCE = 60
PROGRAMS = {
    "console": ("checkin", "serve", "console", "--bind"),
    "portal": ("checkin", "serve", "portal", "--bind"),
    "gunicorn": (
        "gunicorn",
        "checkin.wsgi:portal()",
        "--access-logfile=-",
        "--log-level=debug",
        "--bind",
    ),
}


@dataclass(frozen=True)
class LoggedServer:
    """A server that listens on this machine, and the file it writes its log to."""

    port: int
    log: Path

    def ask(self, request: bytes) -> bytes:
        """Send these very bytes and read the answer to its end."""
        with self.open() as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            while part := connection.recv(65536):
                answer += part
            return answer

    def open(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def written(self) -> str:
        return self.log.read_text()


@contextmanager
def served(
    program: str, *, environment: dict[str, str], log: Path, more: Sequence[str] = ()
) -> Iterator[LoggedServer]:
    """Run it until the block ends; only this process is ended."""
    port = free_port()
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", *PROGRAMS[program], f"127.0.0.1:{port}", *more],
            env=os.environ | environment,
            stdout=stream,
            stderr=stream,
        )
        try:
            _wait_for(port, process, log)
            yield LoggedServer(port, log)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start: {log.read_text()}")
