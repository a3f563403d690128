"""How often one link, and one network address, may ask. The counting is `kit.limits`.

A link that was signed by us always gets through, whatever else came from its network: a library, a
hostel or a whole mobile network may share one address, and behind a proxy that was not declared all
visitors do. What an address can use up is its guesses, and its requests for a code to one inbox. A
guess is refused before the database is asked. A code is never counted here: each has its own few
tries.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from kit.limits import Limiter, Rate

IPV6_HOST_BITS = 64
"""One home or phone is given a whole /64 (RFC 6177)."""

GUESSES_OF_AN_ADDRESS = Rate(60, timedelta(minutes=10))
CODES_FOR_AN_INBOX = Rate(20, timedelta(minutes=10))
POSTS_TO_A_LINK = Rate(200, timedelta(minutes=10))


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """The limits of one process."""

    guesses: Limiter = field(default_factory=lambda: Limiter(GUESSES_OF_AN_ADDRESS))
    codes: Limiter = field(default_factory=lambda: Limiter(CODES_FOR_AN_INBOX))
    posts: Limiter = field(default_factory=lambda: Limiter(POSTS_TO_A_LINK))


def network(address: str | None) -> str:
    """What counts as one address: of IPv6 the first 64 bits."""
    try:
        read = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(read, IPv6Address) and read.ipv4_mapped:
        return str(read.ipv4_mapped)
    if isinstance(read, IPv6Address):
        return f"{IPv6Address(int(read) >> IPV6_HOST_BITS << IPV6_HOST_BITS)}/64"
    return str(read)
