"""A Redis with the configuration and the users as deployed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos import processes
from tests.deploy.sides import DEPLOY


@contextmanager
def redis_server(port: int, folder: Path, *, users: Path) -> Iterator[None]:
    """As deployed, with what it keeps in a folder."""
    command = ["redis-server", str(DEPLOY / "redis" / "redis.conf"), "--port", str(port)]
    command += ["--bind", "127.0.0.1", "--dir", str(folder), "--aclfile", str(users)]
    server = processes.start(command, log=folder / "log")
    try:
        processes.wait_until(lambda: processes.is_open(port), "Redis")
        yield
    finally:
        server.terminate()
        server.wait()


def redis_url(environment: Path, port: int) -> str:
    """A process's way in, from its file of credentials."""
    lines = dict(line.split("=", 1) for line in environment.read_text().splitlines())
    return lines["CHECKIN_BROKER_URL"].replace("127.0.0.1:1", f"127.0.0.1:{port}")
