"""Hand over in a test, and read back what arrived."""

from kit.database import Database
from links.signing import Purpose, verify
from tenants.handover import mailing_list
from tests.tenants.roster.rosters import (
    KEYS,
    LEAD,
    LINKS,
    MONTH,
    NOW,
    PORTAL,
    delivered,
)


def hand_over(platform: Database, campaigns: Database, *, chunk: int = 3) -> list[str]:
    return mailing_list.hand_over(platform, campaigns, links=LINKS, now=NOW, lead=LEAD, chunk=chunk)


def addresses(database: Database, month: str = MONTH) -> list[str]:
    return [address for address, _, _ in delivered(database, month)]


def linked(database: Database, month: str = MONTH) -> dict[str, bytes]:
    """The link id behind each address, from both of its links, which must agree."""
    found = {}
    for address, reply, stop in delivered(database, month):
        assert reply is not None
        assert stop is not None
        id_ = verify(KEYS, Purpose.REPLY, reply.removeprefix(f"{PORTAL}/r/"))
        assert id_ == verify(KEYS, Purpose.STOP, stop.removeprefix(f"{PORTAL}/stop/"))
        found[address] = id_
    return found
