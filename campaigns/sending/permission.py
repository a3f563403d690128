"""Check before every batch whether a campaign may still be sent."""

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.engine import Connection

from campaigns.models import Campaign, CampaignState, Sender
from kit.database import Database

STANDING = (
    select(Campaign.state, Sender.paused_since)
    .outerjoin(Sender, Sender.id == 1)
    .where(Campaign.id == bindparam("campaign", type_=BigInteger))
)


class SendPermission(AbstractContextManager["SendPermission"]):
    """Holds one connection for a worker: the question costs one round trip and no transaction."""

    def __init__(self, database: Database, campaign_id: int) -> None:
        self._database = database
        self._campaign = {"campaign": campaign_id}
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        self._connection = self._database.autocommit()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._connection is not None:
            self._connection.close()

    def is_given(self) -> bool:
        """Whether the campaign is being sent and the account is not paused, as committed now."""
        if self._connection is None:
            raise RuntimeError("enter the permission first")
        found = self._connection.execute(STANDING, self._campaign).one_or_none()
        if found is None:
            return False
        state, paused_since = found
        return state == CampaignState.SENDING and paused_since is None
