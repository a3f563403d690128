"""Free loopback ports for servers that are about to start."""

import socket
from random import SystemRandom

HOST = "127.0.0.1"
BELOW_EPHEMERAL = range(20_000, 32_000)
"""Linux's ephemeral ports, for connections and for port 0, begin at 32,768."""
_given: set[int] = set()


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    try:
        socket.create_server((HOST, port)).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    """Return an unused port below the ephemeral range, so that nobody is given it meanwhile.

    It is random, so that processes asking at the same time get different ones. One process never
    gets the same port twice.
    """
    lot = SystemRandom()
    drawn = iter(lambda: lot.choice(BELOW_EPHEMERAL), None)
    port = next(port for port in drawn if port not in _given and is_free(port))
    _given.add(port)
    return port
