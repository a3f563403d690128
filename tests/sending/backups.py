"""A backup of a campaign database, and its restore, without a server's tools."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update

from campaigns.models import Campaign, Delivery, Sender
from kit.database import Database


@dataclass(frozen=True)
class Backup:
    """Every row of the account, the campaigns and their mails, to be put back."""

    senders: list[dict[str, Any]]
    campaigns: list[dict[str, Any]]
    deliveries: list[dict[str, Any]]

    @classmethod
    def of(cls, database: Database) -> "Backup":
        with database.reading() as session:
            found = [
                [dict(row) for row in session.execute(select(model.__table__)).mappings()]
                for model in (Sender, Campaign, Delivery)
            ]
        return cls(*found)

    def restore(self, database: Database) -> None:
        with database.writing() as session:
            session.execute(delete(Delivery))
            for campaign in self.campaigns:
                session.execute(
                    update(Campaign).where(Campaign.id == campaign["id"]).values(**campaign)
                )
            for sender in self.senders:
                session.execute(update(Sender).values(**sender))
            if self.deliveries:
                session.execute(insert(Delivery), self.deliveries)
