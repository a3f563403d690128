"""Addresses that are not mailed, each with a reason kind; the claim asks this table every time."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import Session

from campaigns.models import (
    Campaign,
    Delivery,
    SuppressedDigest,
    Suppression,
    SuppressionKind,
)
from campaigns.models.months import LISTED_STATES
from kit.bulk import add_new, any_of


def suppress(
    session: Session, *, address: str, kind: SuppressionKind, now: datetime, by: str | None = None
) -> bool:
    """Add an address under one reason; False if it was there already for that reason."""
    row = {"address": address, "kind": kind, "added_at": now, "added_by": by}
    return add_new(session, Suppression, [row]) == 1


def lift(session: Session, *, address: str, kind: SuppressionKind) -> bool:
    """Take an address off for one reason; the other reasons stand. False if it was not there."""
    lifted = session.execute(
        delete(Suppression)
        .where(Suppression.address == address, Suppression.kind == kind)
        .returning(Suppression.address)
    )
    return lifted.first() is not None


def reasons(session: Session, address: str) -> list[Suppression]:
    """Every reason for which an address is not mailed."""
    return list(session.scalars(select(Suppression).where(Suppression.address == address)))


def mark_listed(session: Session, addresses: Sequence[str], *, now: datetime) -> None:
    """Suppress, for the platform, those of some addresses that are on a list that may be sent.

    What the function `suppress_listed` does on PostgreSQL (migration 0019).
    """
    theirs = any_of(session, Delivery.address, addresses)
    listed = session.scalars(select(Delivery.address).where(_is_open(), theirs).distinct())
    rows = [
        {"address": address, "kind": SuppressionKind.DO_NOT_MAIL, "added_at": now}
        for address in sorted(listed)
    ]
    add_new(session, Suppression, rows)


def forget_marks(session: Session) -> None:
    """Forget the platform's marks once no list with their addresses may be sent any more.

    The next list is drawn afresh and lacks whoever is not to be mailed.
    """
    marked = Suppression.kind == SuppressionKind.DO_NOT_MAIL
    if session.scalar(select(exists().where(marked))):
        listed = select(Delivery.id).where(_is_open(), Delivery.address == Suppression.address)
        session.execute(delete(Suppression).where(marked, ~exists(listed.correlate(Suppression))))
    open_months = exists(select(Campaign.id).where(Campaign.state.in_(LISTED_STATES)))
    of_a_month = SuppressedDigest.kind == SuppressionKind.DO_NOT_MAIL
    session.execute(delete(SuppressedDigest).where(of_a_month, ~open_months))


def _is_open() -> ColumnElement[bool]:
    return Delivery.campaign_id.in_(select(Campaign.id).where(Campaign.state.in_(LISTED_STATES)))
