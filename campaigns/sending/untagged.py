"""Find the mail that SES speaks of by its message id alone, as identity feedback does."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Delivery
from campaigns.ses.events import Event, Untagged


def identified(session: Session, said: Untagged) -> Event | None:
    """The event with the mail it is about; None if none of ours has this id and recipient.

    The recipient comes first, for there is an index on the addresses of each campaign.
    """
    found = session.execute(
        select(Delivery.campaign_id, Delivery.id, Delivery.attempt_id).where(
            Delivery.campaign_id.in_(select(Campaign.id)),
            Delivery.address.in_([address.lower() for address in said.destination]),
            Delivery.message_id == said.message_id,
        )
    ).first()
    if found is None:
        return None
    campaign_id, delivery_id, attempt_id = found
    if attempt_id is None:
        return None
    return said.about(campaign_id=campaign_id, delivery_id=delivery_id, attempt_id=attempt_id)
