"""The broker as an operator sees it: does it answer, does it take more, do its queues run full."""

from collections.abc import Mapping
from typing import cast

from kombu.connection import Connection
from kombu.exceptions import ChannelError, OperationalError
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry

from kit import timeouts
from kit.settings import Settings

REDIS = ("redis://", "rediss://")
QUEUE_MAX = 1_000
"""There are a handful a tick, and taking a late one costs a query: so many means nobody works."""
FULL_FROM = 0.95
"""Share of Redis's `maxmemory`: with `noeviction` the rest goes fast, and then nothing is taken."""

UNREACHABLE, LONG, FULL = "BrokerUnreachable", "QueueLong", "BrokerFull"
SENTENCES = {
    UNREACHABLE: "The broker does not answer; check CHECKIN_BROKER_URL and that the server runs.",
    LONG: f"More than {QUEUE_MAX:,} messages wait in the queue: no worker takes them.",
    FULL: "Redis has used up its memory and takes no more messages; raise its maxmemory.",
}


def redis(url: str) -> Redis:
    """A client that raises RedisError when Redis is silent; a lost connection is made anew once."""
    return Redis.from_url(url, retry=Retry(NoBackoff(), 1), **timeouts.REDIS)


def trouble(settings: Settings, queue: str) -> str | None:
    """What is wrong with the broker and one of its queues, as a code; None where all is well."""
    if settings.is_embedded_broker:
        return None
    try:
        if settings.broker_url.startswith(REDIS):
            return _of_redis(settings, queue)
        return _of_queue(_waiting(settings.broker_url, queue))
    except (OperationalError, RedisError, OSError):
        return UNREACHABLE


def _of_redis(settings: Settings, queue: str) -> str | None:
    """Asked directly: kombu asks for a prefixed queue's existence by its bare name."""
    with redis(settings.broker_url) as client:
        waiting = cast(int, client.llen(f"{settings.broker_prefix}{queue}"))
        return FULL if _is_full(client) else _of_queue(waiting)


def _of_queue(waiting: int) -> str | None:
    return LONG if waiting > QUEUE_MAX else None


def _is_full(client: Redis) -> bool:
    """False where it cannot be told because this user may not ask."""
    try:
        memory = cast(Mapping[str, int], client.info("memory"))
    except ResponseError:
        return False
    limit = memory.get("maxmemory", 0)
    return limit > 0 and memory["used_memory"] > FULL_FROM * limit


def _waiting(url: str, queue: str) -> int:
    """A queue that nobody declared yet holds nothing."""
    with _connection(url) as connection:
        connection.ensure_connection(max_retries=1, timeout=timeouts.REDIS_CONNECT)
        with connection.channel() as channel:
            try:
                return int(channel.queue_declare(queue, passive=True).message_count)
            except ChannelError:
                return 0


def _connection(url: str) -> Connection:
    return Connection(url, connect_timeout=timeouts.REDIS_CONNECT)  # type: ignore[no-untyped-call]
