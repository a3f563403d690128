from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from campaigns.ses import rate_limiter
from campaigns.ses.rate_limiter import (
    FARTHEST,
    SAFETY,
    DatabaseRateLimiter,
    RateLimiter,
    RedisRateLimiter,
    batch_size,
)
from kit.database import Database

AT_LEISURE = 15.0
"""Seconds that forty reservations may take on a machine with other things to do."""


def turns_of(kept: RateLimiter) -> list[float]:
    """Waits of 40 turns of half a second, asked for by eight at once."""
    with ThreadPoolExecutor(8) as pool:
        return sorted(pool.map(lambda _: kept.reserve(5, 10.0), range(40)))


def test_turns_follow_each_other_in_redis(redis: Redis) -> None:
    assert 0 < 39 * 0.5 - max(turns_of(RedisRateLimiter(redis))) < AT_LEISURE


def test_two_installations_on_one_redis_have_turns_of_their_own(redis: Redis) -> None:
    RedisRateLimiter(redis).reserve(5_000, 1.0)
    assert RedisRateLimiter(redis, prefix="other:").reserve(1, 1.0) == 0
    redis.delete(f"other:{rate_limiter.KEY}")


def test_turns_follow_each_other_in_the_database(campaign_db: Database) -> None:
    assert 0 < 39 * 0.5 - max(turns_of(DatabaseRateLimiter(campaign_db))) < AT_LEISURE


def test_a_turn_left_by_a_clock_that_was_put_back_is_dropped(
    redis: Redis, campaign_db: Database
) -> None:
    redis.set(rate_limiter.KEY, 9e12)
    assert RedisRateLimiter(redis).reserve(1, 1.0) == 0
    kept = DatabaseRateLimiter(campaign_db)
    kept.reserve(int(FARTHEST * 2), 1.0)
    assert kept.reserve(1, 1.0) == 0


def test_without_redis_there_is_no_turn() -> None:
    nobody = Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=1)
    with pytest.raises(RedisConnectionError):
        RedisRateLimiter(nobody).reserve(1, 14.0)


def test_a_second_turn_waits_for_the_first_to_end(redis: Redis) -> None:
    turns = RedisRateLimiter(redis)
    turns.reserve(250, 10.0)
    assert 0 < turns.reserve(1, 10.0) <= 25


@given(st.floats(min_value=1, max_value=100_000))
def test_no_window_of_a_second_holds_more_than_the_ceiling(ceiling: float) -> None:
    size = batch_size(ceiling)
    turns = int(SAFETY * ceiling / size) + 1
    assert 1 <= size <= 50
    assert size == 1 or turns * size <= ceiling


@pytest.mark.parametrize(("ceiling", "size"), [(0.5, 1), (1, 1), (14, 1), (50, 5), (500, 50)])
def test_small_rates_get_small_turns(ceiling: float, size: int) -> None:
    assert size == batch_size(ceiling)
