"""Check before every batch whether a campaign may still be sent."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import BigInteger, bindparam, select

from campaigns.models import Campaign, CampaignState, Sender
from kit.database import Database

STANDING = (
    select(Campaign.state, Sender.paused_since)
    .outerjoin(Sender, Sender.id == 1)
    .where(Campaign.id == bindparam("campaign", type_=BigInteger))
)


@contextmanager
def asking(database: Database, campaign_id: int) -> Iterator[Callable[[], bool]]:
    """Whether the campaign is being sent and the account is not paused, as committed when asked.

    A connection is held for it: the question costs one round trip and no transaction.
    """
    with database.autocommit() as connection:

        def is_permitted() -> bool:
            found = connection.execute(STANDING, {"campaign": campaign_id}).one_or_none()
            return found is not None and tuple(found) == (CampaignState.SENDING, None)

        yield is_permitted
