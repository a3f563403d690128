"""Stop a server with SIGSTOP: the kernel goes on taking connections for it, and nobody answers."""

from collections.abc import Iterator
from contextlib import contextmanager

import psutil


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """A process and its children stand still until the block ends."""
    server = psutil.Process(pid)
    server.suspend()
    children = server.children(recursive=True)
    for child in children:
        child.suspend()
    try:
        yield
    finally:
        for process in (*children, server):
            process.resume()
