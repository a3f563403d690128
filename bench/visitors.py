"""Visitors of a web server: each opens a connection, sends one request and reads to its end."""

import socket
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

AT_ONCE = 8
PATIENCE = 30


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What a server made of requests: seconds in all, and of each, shortest first."""

    seconds: float
    waits: Sequence[float]

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.waits) / self.seconds

    def wait(self, share: float) -> float:
        """The seconds within which this share of the visitors was served."""
        return self.waits[int(share * (len(self.waits) - 1))]


def send_all(port: int, requests: Sequence[bytes], status: int) -> LoadResult:
    """Send each request once, eight at a time; every answer must have this status."""
    left = iter(requests)
    shares = [list(islice(left, -(-len(requests) // AT_ONCE))) for _ in range(AT_ONCE)]
    begun = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waits = list(pool.map(lambda share: _visit(port, share, b" %d " % status), shares))
    seconds = time.perf_counter() - begun
    return LoadResult(seconds, sorted(wait for share in waits for wait in share))


def answer(port: int, request: bytes) -> bytes:
    """One answer, head and body."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(request)
        parts = []
        while part := connection.recv(1 << 16):
            parts.append(part)
    return b"".join(parts)


def wait(port: int, request: bytes, status: bytes) -> float:
    """The seconds that an answer took, which must have this status: ` 200`."""
    begun = time.perf_counter()
    head = answer(port, request)[: 12 + len(status)]
    seconds = time.perf_counter() - begun
    assert status in head, head
    return seconds


def _visit(port: int, requests: Sequence[bytes], status: bytes) -> list[float]:
    return [wait(port, request, status) for request in requests]
