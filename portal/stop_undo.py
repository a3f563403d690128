"""Take back what was just chosen with a stop link: on the page just after, for half an hour.

The link alone only ever stops; whoever holds the mail could otherwise undo a tenant's own stop. The
token names the moment of the press and nothing else, so it tells nobody whether the press changed
anything. `tenants.rights.rights.undo` takes back the press of that very moment and no other.
"""

import hashlib
from datetime import datetime, timedelta

from links import signing
from links.errors import LinkInvalid
from links.signing import Purpose
from portal.context import portal

LIFE = timedelta(minutes=30)


def token(link_id: bytes, pressed_at: datetime) -> str:
    """The token of a press: its moment (ISO 8601, UTC) and a signature over it and the link."""
    moment = pressed_at.isoformat()
    keys = portal().link_keys.current()
    return f"{moment} {signing.sign(keys, Purpose.UNDO, _named(link_id, moment))}"


def pressed_at(link_id: bytes, given: str, *, now: datetime) -> datetime | None:
    """The moment that a token names; None if it is too old, of another link, or not ours."""
    moment, _, signature = given.partition(" ")
    try:
        named = signing.read(portal().link_keys.current(), Purpose.UNDO, signature)
        at = datetime.fromisoformat(moment)
    except (LinkInvalid, ValueError):
        return None
    return at if named == _named(link_id, moment) and now - at <= LIFE else None


def _named(link_id: bytes, moment: str) -> bytes:
    return hashlib.blake2b(link_id + moment.encode(), digest_size=len(link_id)).digest()
