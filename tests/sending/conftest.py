"""A Redis for the pace and the anchor."""

from collections.abc import Iterator

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from campaigns.sending import high_water_mark
from campaigns.ses import rate_limiter
from kit.ids import attempt_id
from tests.conftest import REDIS, skip_or_fail


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
