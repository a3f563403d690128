"""A worker killed at every edge of its work, one after the other, and the ticks that follow.

Nothing is chosen: one life is lived to its end to learn its edges, and then one ends at each.
"""

from datetime import datetime

import pytest
from sqlalchemy import update

from campaigns.models import Delivery, DeliveryState
from campaigns.sending import transitions
from kit.database import Database
from tests.support.eventful_month import Meddling, nobody_meddles, walk


def call_interrupted_mail_unsent(database: Database, campaign_id: int) -> None:
    """What a sender does that takes a dead worker's mails for unsent."""
    with database.writing() as session:
        session.execute(
            update(Delivery)
            .where(Delivery.campaign_id == campaign_id, Delivery.state == DeliveryState.SENDING)
            .values(state=DeliveryState.QUEUED, attempt_id=None)
        )


def call_interrupted_mail_sent(database: Database, campaign_id: int) -> None:
    """What a sender does that marks mails before it posts them."""
    with database.writing() as session:
        session.execute(
            update(Delivery)
            .where(Delivery.campaign_id == campaign_id, Delivery.state == DeliveryState.SENDING)
            .values(state=DeliveryState.SENT, **transitions.NO_LINKS)
        )


@pytest.mark.parametrize("posts_at_once", [1, 2])
def test_a_death_at_any_edge_sends_nobody_a_second_mail_and_leaves_nobody_out(
    campaign_db: Database, now: datetime, posts_at_once: int
) -> None:
    every = 1 if campaign_db.is_postgresql else 2
    found = walk(campaign_db, now, nobody_meddles, every=every, posts_at_once=posts_at_once)
    assert found == {}


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("meddle", [call_interrupted_mail_unsent, call_interrupted_mail_sent])
def test_the_walk_catches_a_sender_that_doubles_and_one_that_loses(
    campaign_db: Database, now: datetime, meddle: Meddling
) -> None:
    assert walk(campaign_db, now, meddle) != {}
