"""Addresses that are not mailed, each with a reason kind; the claim asks this table every time."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from campaigns.models import Suppression, SuppressionKind
from kit.bulk import add_new


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
