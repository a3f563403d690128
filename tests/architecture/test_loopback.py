"""The suite's own guard."""

import socket

import pytest

from tests.support.loopback import NotLoopback

ELSEWHERE = ("192.0.2.1", 80)
"""TEST-NET-1, which is nobody's (RFC 5737)."""


def test_another_machine_cannot_be_reached() -> None:
    with socket.socket() as sock, pytest.raises(NotLoopback, match="reached for 192"):
        sock.connect(ELSEWHERE)


def test_not_even_by_datagram() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as sock, pytest.raises(NotLoopback):
        sock.sendto(b"", ELSEWHERE)


def test_this_machine_can() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=1) as client,
    ):
        assert server.getsockname() == client.getpeername()
