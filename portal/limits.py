"""Rate limits for links and network addresses, on top of `kit.limits`.

A validly signed link is never limited by its network address: a library, a hostel or a whole mobile
network may share one address, and behind an undeclared proxy all visitors do. Limited for each
address are invalid links, which are refused before the database is queried, and requests for a code
to one inbox. Codes have their own limit of tries.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from kit.limits import Limiter, Rate

IPV6_HOST_BITS = 64
"""A home or a phone gets a whole /64 (RFC 6177)."""

GUESSES_OF_AN_ADDRESS = Rate(60, timedelta(minutes=10))
CODES_FOR_AN_INBOX = Rate(20, timedelta(minutes=10))
COMPLAINTS_FROM_A_NETWORK = Rate(10, timedelta(hours=1))
POSTS_TO_A_LINK = Rate(200, timedelta(minutes=10))


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """The limits of one process."""

    guesses: Limiter = field(default_factory=lambda: Limiter(GUESSES_OF_AN_ADDRESS))
    codes: Limiter = field(default_factory=lambda: Limiter(CODES_FOR_AN_INBOX))
    complaints: Limiter = field(default_factory=lambda: Limiter(COMPLAINTS_FROM_A_NETWORK))
    posts: Limiter = field(default_factory=lambda: Limiter(POSTS_TO_A_LINK))


def network(address: str | None) -> str:
    """Return the address that is counted: for IPv6 the first 64 bits."""
    try:
        read = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(read, IPv6Address) and read.ipv4_mapped:
        return str(read.ipv4_mapped)
    if isinstance(read, IPv6Address):
        return f"{IPv6Address(int(read) >> IPV6_HOST_BITS << IPV6_HOST_BITS)}/64"
    return str(read)
