"""Two months on their way share the workers: slices are short, and come round by turns."""

from collections import deque
from datetime import datetime

from sqlalchemy import func, select

from campaigns.models import Delivery, DeliveryState
from campaigns.sending import worker
from kit.database import Database
from tests.support.sending import ManualClock, ScriptedSes, send_context, sending_campaign

LARGE, SMALL = 2500, 600
SECONDS = 0.02


def left(database: Database, campaign_id: int) -> int:
    query = select(func.count()).where(
        Delivery.campaign_id == campaign_id, Delivery.state == DeliveryState.QUEUED
    )
    with database.reading() as session:
        return session.scalar(query) or 0


def test_a_small_month_does_not_wait_for_a_large_one(campaign_db: Database, now: datetime) -> None:
    large = sending_campaign(campaign_db, now, size=LARGE, month="2026-11")
    small = sending_campaign(campaign_db, now, size=SMALL, month="2026-12")
    at = send_context(campaign_db, ScriptedSes(), ManualClock(now))
    queue = deque([large, small])
    while left(campaign_db, small):
        campaign_id = queue.popleft()
        if worker.run(at, campaign_id, seconds=SECONDS):
            queue.append(campaign_id)

    assert left(campaign_db, large) > 0
    while queue:
        campaign_id = queue.popleft()
        if worker.run(at, campaign_id, seconds=SECONDS):
            queue.append(campaign_id)
    assert left(campaign_db, large) == 0


def test_a_slice_ends_when_its_time_is_over_and_says_that_mails_are_left(
    campaign_db: Database, now: datetime
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=LARGE)
    at = send_context(campaign_db, ScriptedSes(), ManualClock(now))

    assert worker.run(at, campaign_id, seconds=SECONDS)
    assert left(campaign_db, campaign_id) > 0
