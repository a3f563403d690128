"""A Redis for the pace and the anchor."""

from collections.abc import Iterator

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from campaigns.sending import anchor
from campaigns.ses import pace
from kit.ids import attempt_id
from tests.conftest import REDIS, skip_or_fail


@pytest.fixture
def redis(monkeypatch: pytest.MonkeyPatch) -> Iterator[Redis]:
    """Keys of a test's own: others run beside it on the same server."""
    own = f"checkin:test:{attempt_id()}"
    monkeypatch.setattr(anchor, "KEY", f"{own}:anchor:{{}}")
    monkeypatch.setattr(pace, "KEY", f"{own}:pace")
    with Redis.from_url(REDIS) as client:
        try:
            client.ping()
        except RedisConnectionError:
            skip_or_fail("Redis")
        yield client
        if left := list(client.scan_iter(f"{own}:*")):
            client.delete(*left)
