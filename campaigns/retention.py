"""Forget the addresses of months that were finished long ago. The counts stay (`tallies`)."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from campaigns.models import Campaign, CampaignState, SetAside
from campaigns.sending import deliveries

OVER = (CampaignState.SENT, CampaignState.CANCELLED, CampaignState.MISSED)
BATCH = 5_000


def purge(session: Session, *, keep: timedelta, now: datetime) -> int:
    """Delete some of the deliveries of months that ended longer ago than `keep`; returns how many.

    At most `BATCH` in one call: the next tick goes on. The cursor of the hand-over, which is an
    address too, goes with them, and so do queue messages set aside that long ago. Suppressed
    addresses stay, for they must never be mailed again.
    """
    session.execute(delete(SetAside).where(SetAside.received_at < now - keep))
    ended = func.coalesce(Campaign.finished_at, Campaign.send_at)
    old = select(Campaign.id).where(Campaign.state.in_(OVER), ended < now - keep)
    session.execute(
        update(Campaign)
        .where(Campaign.id.in_(old), Campaign.handover_cursor != "")
        .values(handover_cursor="")
        .execution_options(synchronize_session=False)
    )
    return deliveries.purge(session, session.scalars(old).all(), limit=BATCH)
