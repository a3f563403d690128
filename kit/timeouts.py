"""The timeouts of every client of the product.

PostgreSQL itself ends a long statement, a wait for a lock or an idle transaction. If the server has
stopped, psycopg gives up after `silence`; TCP notices a dead machine or network (`KEEPALIVE`). A
parameter in a database's URL wins over the one given here.
"""

from dataclasses import dataclass
from typing import Any

SILENCE_AFTER_STATEMENT = 5.0
"""Seconds after a statement's timeout for the server to report it."""

KEEPALIVE = {
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""libpq's parameters: a peer that acknowledges nothing is given up after a minute."""


@dataclass(frozen=True, slots=True)
class DatabaseTimeouts:
    """Timeouts for one use of a database, in seconds.

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
        """How long the server may be silent before the connection is closed."""
        return self.statement + self.grace


LOOK = DatabaseTimeouts(connect=2, statement=1.5, lock=1, pool=1, grace=0.5)
"""The background check behind `/readyz`, which runs every second."""
DIAGNOSIS = DatabaseTimeouts(connect=5, statement=10, lock=5)
"""`checkin doctor`."""
WEB = DatabaseTimeouts(connect=3, statement=20, lock=10, pool=10)
"""A page that a visitor waits for."""
JOB = DatabaseTimeouts(connect=5, statement=110, lock=30)
"""A task: shorter than Celery's soft limit of 120 s, longer than the hand-over's largest COPY."""
OPERATOR = DatabaseTimeouts(connect=5, statement=1_800, lock=60)
"""A command: importing a million rows or a freeze takes minutes, and a person watches."""
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
"""A send's answer from SES; after this time the outcome is unknown."""
AWS_ASK = 30
"""Longer than SQS's longest poll, 20 s."""
AWS_SOON = 10
"""KMS, which a tenant's reply waits for, and a tick's questions to SES; tried three times."""
