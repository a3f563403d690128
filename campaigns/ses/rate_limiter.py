"""One rate limit for all workers: each reserves a turn in the future and waits for it.

The generic cell rate algorithm (ITU-T I.371, appendix I), by reservation and without burst: the
next turn begins where the last ends, and one for `count` recipients lasts `count / rate` seconds.
Only the shared clock counts: Redis's own TIME, or in the embedded default the one machine's. What
goes wrong raises, so that nothing is sent without a turn.
"""

import time
from typing import Protocol

from redis import Redis
from sqlalchemy import case, update

from campaigns.models import Sender
from campaigns.ses import account
from campaigns.ses.transport import BATCH_MAX
from kit.database import Database

KEY = "checkin:pace"
FORGET_AFTER = 60
FARTHEST = 30.0
"""Seconds: a turn later than this was reserved before the clock was put back, and is dropped."""
SAFETY = 0.985
"""Share of the rate that is used: room for requests that arrive closer together than they left."""
BATCHES_A_SECOND = 10

RESERVE = """
local now = redis.call('TIME')
local present = tonumber(now[1]) + tonumber(now[2]) / 1000000
local turn = math.max(present, tonumber(redis.call('GET', KEYS[1]) or '0'))
if turn - present > tonumber(ARGV[3]) then turn = present end
redis.call('SET', KEYS[1], string.format('%.6f', turn + tonumber(ARGV[1])), 'EX', ARGV[2])
return string.format('%.6f', turn - present)
"""


class RateLimiter(Protocol):
    """Where the next turn comes from."""

    def reserve(self, count: int, rate: float) -> float:
        """Reserve a turn for `count` recipients at `rate` a second; returns the seconds to wait."""


class RedisRateLimiter:
    """Turns kept in Redis, by Redis's clock: for workers on many machines."""

    def __init__(self, redis: Redis, *, prefix: str = "") -> None:
        self._reserve, self._key = redis.register_script(RESERVE), f"{prefix}{KEY}"

    def reserve(self, count: int, rate: float) -> float:
        duration = count / rate
        arguments: list[str | float] = [f"{duration:.6f}", FORGET_AFTER + int(duration), FARTHEST]
        return float(self._reserve(keys=[self._key], args=arguments))


class DatabaseRateLimiter:
    """Turns kept in the campaign database, by this machine's clock: for the embedded default."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.writing() as session:
            account.sender(session)

    def reserve(self, count: int, rate: float) -> float:
        present, duration = time.time(), count / rate
        is_ahead = Sender.next_permit_at.between(present, present + FARTHEST)
        turn = case((is_ahead, Sender.next_permit_at), else_=present)
        with self._database.writing() as session:
            end: float = session.execute(
                update(Sender)
                .where(Sender.id == 1)
                .values(next_permit_at=turn + duration)
                .returning(Sender.next_permit_at)
            ).scalar_one()
        return max(0.0, end - duration - present)


def batch_size(ceiling: float) -> int:
    """How many recipients one turn takes, so that no second holds more than `ceiling` of them.

    A window of one second can catch one turn more than fit into it: `size` must satisfy
    `size * (floor(SAFETY * ceiling / size) + 1) <= ceiling`, and every turn must last as long as
    that of a full batch. Small rates get small turns.
    """
    largest = max(1, min(BATCH_MAX, int(ceiling / BATCHES_A_SECOND)))
    fitting = (
        size
        for size in range(largest, 1, -1)
        if size * (int(SAFETY * ceiling / size) + 1) <= ceiling
    )
    return next(fitting, 1)
