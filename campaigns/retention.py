"""Forget the addresses of months that were finished long ago. The counts stay (`tallies`)."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, SetAside
from campaigns.models.months import OVER
from campaigns.sending import mailing_list

BATCH = 5_000


def purge(session: Session, *, keep: timedelta, now: datetime) -> int:
    """Delete some of the deliveries of months that ended longer ago than `keep`; returns how many.

    At most `BATCH` in one call: the next one goes on. The cursor of the hand-over, which is an
    address too, goes with them, and so do queue messages set aside that long ago. A month that is
    purged is remembered, so that it is not looked at again. Addresses that
    bounced, complained or that staff suppressed stay, for they must never be mailed again.
    """
    session.execute(delete(SetAside).where(SetAside.received_at < now - keep))
    ended = func.coalesce(Campaign.finished_at, Campaign.send_at)
    old = select(Campaign).where(
        Campaign.state.in_(OVER), ended < now - keep, Campaign.purged_at.is_(None)
    )
    campaign = session.scalar(old.order_by(Campaign.id).limit(1))
    if campaign is None:
        return 0
    number = mailing_list.purge(session, campaign.id, limit=BATCH)
    campaign.handover_cursor = ""
    if number < BATCH:
        campaign.purged_at = now
    session.flush()
    return number
