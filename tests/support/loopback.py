"""No test talks to another machine: this process's sockets reach the loopback only."""

import ipaddress
import sys
from typing import Any

LOCAL_NAMES = {"localhost", "", None}
EVENTS = {"socket.connect", "socket.sendto"}


class NotLoopback(AssertionError):
    """A test tried to reach another machine."""


def stay_on_it() -> None:
    """Refuse every other address from now on. An audit hook cannot be taken off again."""
    sys.addaudithook(_refuse_elsewhere)


def _refuse_elsewhere(event: str, arguments: tuple[Any, ...]) -> None:
    if event in EVENTS and isinstance(arguments[1], tuple) and not _is_local(arguments[1][0]):
        raise NotLoopback(f"a test reached for {arguments[1][0]}")


def _is_local(host: object) -> bool:
    if host in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False
