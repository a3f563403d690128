"""Undo a choice made with a stop link, from the page just after it, for half an hour.

The link alone can only stop, because anybody with the mail could otherwise undo a tenant's stop.
The token contains only the time of the choice, so it does not reveal whether the choice changed
anything. `tenants.rights.rights.undo` undoes the choice made at exactly that time.
"""

import hashlib
from datetime import datetime, timedelta

from links import signing
from links.errors import LinkInvalid
from links.signing import Purpose
from portal.context import portal

LIFE = timedelta(minutes=30)


def token(link_id: bytes, pressed_at: datetime) -> str:
    """Return a choice's token: its time (ISO 8601, UTC) and a signature over it and the link."""
    moment = pressed_at.isoformat()
    keys = portal().link_keys.current()
    return f"{moment} {signing.sign(keys, Purpose.UNDO, _named(link_id, moment))}"


def pressed_at(link_id: bytes, given: str, *, now: datetime) -> datetime | None:
    """Return the time in a token; None if it is too old, for another link, or not signed here."""
    moment, _, signature = given.partition(" ")
    try:
        named = signing.verify(portal().link_keys.current(), Purpose.UNDO, signature)
        at = datetime.fromisoformat(moment)
    except (LinkInvalid, ValueError):
        return None
    return at if named == _named(link_id, moment) and now - at <= LIFE else None


def _named(link_id: bytes, moment: str) -> bytes:
    return hashlib.blake2b(link_id + moment.encode(), digest_size=len(link_id)).digest()
