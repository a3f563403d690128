"""Addresses to listen on, as people write them: `HOST:PORT`."""

from collections.abc import Iterator
from contextlib import contextmanager

from kit.errors import BadInput, Problem

ANY_HOST = "0.0.0.0"  # noqa: S104 - recognised here, not bound


def host_and_port(written: str) -> tuple[str, int]:
    """Read `HOST:PORT`.

    Raises:
        BadInput: it is not one.
    """
    host, _, port = written.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise BadInput(
            [Problem(written, "is not an address; write HOST:PORT, e.g. 127.0.0.1:8003")]
        )
    return host.strip("[]"), int(port)


@contextmanager
def opening(written: str) -> Iterator[tuple[str, int]]:
    """Read a listening address, and name it in errors raised by the block.

    Raises:
        BadInput: it is not an address, or its port is taken.
    """
    try:
        yield host_and_port(written)
    except OSError as error:
        raise BadInput([Problem(written, f"cannot be opened: {error.strerror}")]) from None


def address_of(host: str, port: int) -> str:
    """Return the URL of a listening server for clients on this machine."""
    shown = "127.0.0.1" if host == ANY_HOST else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"
