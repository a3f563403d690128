"""How often one link, and one network address, may ask. In this process's memory.

Nothing is asked of another service, so nothing can fail open or closed. A link that was signed by
us always gets through, whatever else came from its network: a library, a hostel or a whole mobile
network may share one address, and behind a proxy that was not declared all visitors do. What an
address can use up is its guesses, and its requests for a code to one inbox. A guess is refused
before the database is asked. A code is never counted here: each has its own few tries. Several
processes each keep their own count, so the true limit is up to as many times higher.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from threading import Lock

KEYS_KEPT = 20_000
IPV6_HOST_BITS = 64
"""One home or phone is given a whole /64 (RFC 6177)."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`times` at once, and as many again spread over `within`."""

    times: int
    within: timedelta

    @property
    def spacing(self) -> timedelta:
        return self.within / self.times


GUESSES_OF_AN_ADDRESS = Rate(60, timedelta(minutes=10))
CODES_FOR_AN_INBOX = Rate(20, timedelta(minutes=10))
POSTS_TO_A_LINK = Rate(200, timedelta(minutes=10))


@dataclass(slots=True)
class Limiter:
    """Counts by the generic cell rate algorithm; the keys longest unseen are forgotten first."""

    rate: Rate
    _free_at: OrderedDict[Hashable, datetime] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    @property
    def retry_after(self) -> int:
        """Seconds until one more may come."""
        return max(1, round(self.rate.spacing.total_seconds()))

    def allows(self, key: Hashable, *, now: datetime) -> bool:
        """Whether `key` may ask now; if so, it is counted."""
        with self._lock:
            latest = now + self.rate.within
            due = min(max(self._free_at.get(key, now), now), latest)
            allowed = due + self.rate.spacing <= latest
            self._free_at[key] = due + self.rate.spacing if allowed else due
            self._free_at.move_to_end(key)
            if len(self._free_at) > KEYS_KEPT:
                self._free_at.popitem(last=False)
            return allowed


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
