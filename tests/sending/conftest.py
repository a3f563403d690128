"""A Redis for the rate limiter and the high-water mark, and a mail that is claimed."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from campaigns.models import Delivery
from campaigns.sending import deliveries, high_water_mark
from campaigns.ses import rate_limiter
from kit.database import Database
from kit.ids import attempt_id
from tests.conftest import REDIS, skip_or_fail
from tests.support.sending import rows, sending_campaign


@pytest.fixture
def redis(monkeypatch: pytest.MonkeyPatch) -> Iterator[Redis]:
    """Keys of a test's own: others run beside it on the same server."""
    own = f"checkin:test:{attempt_id()}"
    monkeypatch.setattr(high_water_mark, "KEY", f"{own}:mark")
    monkeypatch.setattr(rate_limiter, "KEY", f"{own}:rate")
    with Redis.from_url(REDIS) as client:
        try:
            client.ping()
        except RedisConnectionError:
            skip_or_fail("Redis")
        yield client
        if left := list(client.scan_iter(f"{own}:*")):
            client.delete(*left)


@pytest.fixture
def claimed(campaign_db: Database, now: datetime) -> Delivery:
    """One mail that is claimed and whose outcome nobody knows yet, and a stranger beside it."""
    campaign_id = sending_campaign(campaign_db, now, size=2)
    with campaign_db.writing() as session:
        deliveries.claim(session, campaign_id=campaign_id, after=0, limit=1, now=now)
    return rows(campaign_db)[0]
