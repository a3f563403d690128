"""Erase an address that the platform asked to have erased from every table of this side.

`campaigns.handover.erase_addresses` writes the request down, and does so only for an address
that is here; a tick carries it out. What must go on being refused stays as a keyed digest: whoever
has the database and not the key cannot try addresses on it.
"""

import hashlib
import hmac
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from campaigns.models import (
    AddressErasure,
    Campaign,
    CampaignState,
    Delivery,
    SetAside,
    SuppressedDigest,
    Suppression,
)
from campaigns.sending import mailing_list
from kit import bulk
from kit.database import Database

DigestKey = Callable[[], bytes]
"""Reads this side's key of digests, where one is needed."""


def erase_waiting(database: Database, *, key: DigestKey, clock: Callable[[], datetime]) -> int:
    """Erase each address that was asked for, in a transaction of its own; returns how many.

    One that a worker has in its hands, or that a list on its way goes on from, is looked at again
    in the next tick.
    """
    with database.reading() as session:
        asked = session.scalars(select(AddressErasure.address)).all()
    erased = 0
    for address in sorted(asked):
        with database.writing() as session:
            erased += _erase(session, address, key=key, now=clock())
    return erased


def request(session: Session, addresses: Sequence[str]) -> None:
    """Ask for the erasure of those of some addresses that are here.

    What the function `erase_known` does on PostgreSQL (migration 0019).
    """
    known = [address for address in addresses if session.scalar(_holds(address))]
    bulk.add_new(session, AddressErasure, [{"address": address} for address in known])


def not_mailed(session: Session, addresses: Collection[str], *, key: DigestKey) -> set[str]:
    """Those of some addresses of which only a digest says that they are not mailed."""
    if not session.scalar(select(exists(select(SuppressedDigest.digest)))):
        return set()
    digests = {_digest(key(), address): address for address in addresses}
    known = bulk.any_of(session, SuppressedDigest.digest, list(digests))
    found = session.scalars(select(SuppressedDigest.digest).where(known))
    return {digests[bytes(each)] for each in found}


def _holds(address: str) -> Select[bool]:
    """Whether a table holds an address."""
    places = (
        select(Delivery.id).where(
            Delivery.campaign_id.in_(select(Campaign.id)), Delivery.address == address
        ),
        select(Suppression.kind).where(Suppression.address == address),
        select(Campaign.id).where(Campaign.handover_cursor == address),
        select(SetAside.id).where(_names(address)),
    )
    return select(or_(*(place.exists() for place in places)))


def _names(address: str) -> ColumnElement[bool]:
    return func.lower(SetAside.body).contains(address, autoescape=True)


def _erase(session: Session, address: str, *, key: DigestKey, now: datetime) -> bool:
    """Returns whether nothing is left of it."""
    session.execute(delete(SetAside).where(_names(address)))
    may_go = or_(Campaign.state != CampaignState.HANDING_OVER, Campaign.frozen_at.is_not(None))
    at_cursor = Campaign.handover_cursor == address
    session.execute(update(Campaign).where(at_cursor, may_go).values(handover_cursor=""))
    is_listed = not mailing_list.erase_from_lists(session, address, now=now)
    if is_listed or session.scalar(select(exists().where(at_cursor))):
        return False
    _keep_digests(session, address, key)
    for table in (Suppression, AddressErasure):
        session.execute(delete(table).where(table.address == address))
    return True


def _keep_digests(session: Session, address: str, key: DigestKey) -> None:
    """A mark of the platform's stands here for a month that is open (`forget_marks`)."""
    kinds = session.scalars(select(Suppression.kind).where(Suppression.address == address)).all()
    if kinds:
        digest = _digest(key(), address)
        rows = [{"digest": digest, "kind": kind} for kind in kinds]
        bulk.add_new(session, SuppressedDigest, rows)


def _digest(key: bytes, address: str) -> bytes:
    return hmac.digest(key, b"checkin.suppressions.address:" + address.encode(), hashlib.sha256)
