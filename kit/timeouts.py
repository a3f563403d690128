"""How long each client waits. Every wait of the product ends at a limit that is chosen here.

PostgreSQL ends a statement, a wait for a lock or an idle transaction itself. A server that has
stopped ends nothing: psycopg then gives up after `silence`. A dead machine or network is noticed
by TCP (`KEEPALIVE`). A parameter that stands in a database's URL wins over the one given here.
"""

from dataclasses import dataclass
from typing import Any

SILENCE_AFTER_STATEMENT = 5.0
"""Seconds the server has to say that it ended a statement."""

KEEPALIVE = {
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""libpq's: a peer that acknowledges nothing is given up after a minute."""


@dataclass(frozen=True, slots=True)
class DatabaseTimeouts:
    """One use of a database. All in seconds.

    `connect`: until signed in, for each host of the URL; libpq takes 2 or more.
    `statement`: one statement, a COPY with all its rows, or an idle transaction.
    `lock`: the wait for a row, a table or an advisory lock.
    `pool`: the wait for a connection of this process's pool.
    """

    connect: int
    statement: float
    lock: float
    pool: float = 30.0
    grace: float = SILENCE_AFTER_STATEMENT

    @property
    def silence(self) -> float:
        """How long a server may say nothing at all before the connection is closed."""
        return self.statement + self.grace


LOOK = DatabaseTimeouts(connect=2, statement=1.5, lock=1, pool=1, grace=0.5)
"""The background look behind `/readyz`, which is due every second."""
DIAGNOSIS = DatabaseTimeouts(connect=5, statement=10, lock=5)
"""`checkin doctor`."""
WEB = DatabaseTimeouts(connect=3, statement=20, lock=10, pool=10)
"""A page: somebody waits for it."""
JOB = DatabaseTimeouts(connect=5, statement=110, lock=30)
"""A task: shorter than Celery's soft limit of 120 s, longer than the hand-over's largest COPY."""
OPERATOR = DatabaseTimeouts(connect=5, statement=1_800, lock=60)
"""A command: a roster of a million rows or a freeze takes minutes, and a person watches it."""
MIGRATION = DatabaseTimeouts(connect=5, statement=4 * 3_600, lock=600)
"""`checkin init`: rewriting the largest table. Each try for a lock is shorter; see `migrations`."""

REDIS_CONNECT = 3.0
REDIS_ANSWER = 5.0
"""Longer than a blocking read, which is one second in kombu."""
REDIS: dict[str, Any] = {
    "socket_connect_timeout": REDIS_CONNECT,
    "socket_timeout": REDIS_ANSWER,
    "socket_keepalive": True,
}
"""redis-py's parameters; kombu takes them as transport options by the same names."""

AWS_CONNECT = 5
AWS_SEND = 20
"""SES's answer to a send; after it the outcome is unknown."""
AWS_ASK = 30
"""Longer than SQS's longest poll, 20 s."""
AWS_SOON = 10
"""KMS, for which a tenant's reply waits, and what a tick asks of SES; each is tried thrice."""
