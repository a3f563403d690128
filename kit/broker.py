"""Check the broker: whether it answers, accepts messages, and has workers emptying its queues."""

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
"""Messages. Each tick adds a handful and late ones are cheap: this many means no worker runs."""
FULL_FROM = 0.95
"""Share of Redis's `maxmemory`. Under `noeviction` a full Redis refuses every write."""

UNREACHABLE, LONG, FULL = "BrokerUnreachable", "QueueLong", "BrokerFull"
SENTENCES = {
    UNREACHABLE: "The broker does not answer; check CHECKIN_BROKER_URL and that the server runs.",
    LONG: f"More than {QUEUE_MAX:,} messages wait in the queue: no worker takes them.",
    FULL: "Redis has used up its memory and takes no more messages; raise its maxmemory.",
}


def redis(url: str) -> Redis:
    """Return a client that raises RedisError when Redis is silent and reconnects once."""
    return Redis.from_url(url, retry=Retry(NoBackoff(), 1), **timeouts.REDIS)


def trouble(settings: Settings, queue: str) -> str | None:
    """Return a code for what is wrong with the broker or the queue; None if nothing is."""
    if settings.is_embedded_broker:
        return None
    try:
        if settings.broker_url.startswith(REDIS):
            return _of_redis(settings, queue)
        return _of_queue(_waiting(settings.broker_url, queue))
    except (OperationalError, RedisError, OSError):
        return UNREACHABLE


def _of_redis(settings: Settings, queue: str) -> str | None:
    """Ask Redis directly: kombu looks a prefixed queue up without its prefix."""
    with redis(settings.broker_url) as client:
        waiting = cast(int, client.llen(f"{settings.broker_prefix}{queue}"))
        return FULL if _is_full(client) else _of_queue(waiting)


def _of_queue(waiting: int) -> str | None:
    return LONG if waiting > QUEUE_MAX else None


def _is_full(client: Redis) -> bool:
    """Whether Redis is nearly full; False if this user may not run INFO."""
    try:
        memory = cast(Mapping[str, int], client.info("memory"))
    except ResponseError:
        return False
    limit = memory.get("maxmemory", 0)
    return limit > 0 and memory["used_memory"] > FULL_FROM * limit


def _waiting(url: str, queue: str) -> int:
    """Count the waiting messages; 0 for a queue that was never declared."""
    with _connection(url) as connection:
        connection.ensure_connection(max_retries=1, timeout=timeouts.REDIS_CONNECT)
        with connection.channel() as channel:
            try:
                return int(channel.queue_declare(queue, passive=True).message_count)
            except ChannelError:
                return 0


def _connection(url: str) -> Connection:
    return Connection(url, connect_timeout=timeouts.REDIS_CONNECT)  # type: ignore[no-untyped-call]
