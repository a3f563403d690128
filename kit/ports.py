"""Ports of the loopback for servers that are about to start."""

import socket
from random import SystemRandom

HOST = "127.0.0.1"
BELOW_EPHEMERAL = range(20_000, 32_000)
"""Linux gives whoever asks for any port, and each outgoing connection, one from 32,768 up."""
_given: set[int] = set()


def is_free(port: int) -> bool:
    """Whether a server could listen on a port of the loopback now."""
    try:
        socket.create_server((HOST, port)).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    """A port that nothing uses, nor will be given to anybody who asks for any port.

    It is drawn by lot, so that processes which ask at one time get different ones; and one process
    never gets the same one twice.
    """
    lot = SystemRandom()
    drawn = iter(lambda: lot.choice(BELOW_EPHEMERAL), None)
    port = next(port for port in drawn if port not in _given and is_free(port))
    _given.add(port)
    return port
