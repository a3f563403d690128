"""A worker that dies at one edge of its work, and an SES and a queue that outlive it.

An edge is what a kill can fall before or after: a commit, a post, a receipt, a deletion, a mark of
the anchor. A dead worker does nothing more: whatever it still tries, in a `finally` or in another
thread, dies as well.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from campaigns.sending.high_water_mark import HighWaterMark
from kit.database import Database
from tests.support.sending import KeptMark

RATE = 100.0
AS_MANY_AT_A_TIME = 10


class Death(BaseException):
    """kill -9."""


@dataclass
class Life:
    """Counts the edges it passes and dies at the one with number `ends_at`, if it gets there."""

    ends_at: int = 0
    is_over: bool = False
    passed: list[str] = field(default_factory=list)
    one_at_a_time: Lock = field(default_factory=Lock)

    def edge(self, name: str) -> None:
        with self.one_at_a_time:
            self.passed.append(name)
            self.is_over = self.is_over or len(self.passed) == self.ends_at
        if self.is_over:
            raise Death(name)

    @contextmanager
    def both_sides_of(self, what: str) -> Iterator[None]:
        self.edge(f"before {what}")
        yield
        self.edge(f"after {what}")


@contextmanager
def commits_of(database: Database, life: Life) -> Iterator[None]:
    """Make every commit in this process two edges of a life."""

    def before(_connection: object) -> None:
        life.edge("before a commit")

    def after(_session: object) -> None:
        life.edge("after a commit")

    event.listen(database.engine, "commit", before)
    event.listen(Session, "after_commit", after)
    try:
        yield
    finally:
        event.remove(database.engine, "commit", before)
        event.remove(Session, "after_commit", after)


@dataclass
class Outside:
    """SES and SQS: they count for themselves, and outlive every worker."""

    accepted: Counter[str] = field(default_factory=Counter)
    queue: dict[str, str] = field(default_factory=dict)
    one_at_a_time: Lock = field(default_factory=Lock)

    def accept(self, entry: dict[str, Any]) -> str:
        address = entry["Destination"]["ToAddresses"][0]
        with self.one_at_a_time:
            self.accepted[address] += 1
            name = f"ses-{sum(self.accepted.values())}"
        tags = {tag["Name"]: [tag["Value"]] for tag in entry["ReplacementTags"]}
        mail = {
            "messageId": name,
            "timestamp": "2026-12-01T10:00:03.000Z",
            "destination": [address],
            "tags": tags,
        }
        self.queue[name] = json.dumps({"eventType": "Send", "mail": mail, "send": {}})
        return name


@dataclass
class MortalMark(HighWaterMark):
    """Raising the mark has two edges, too."""

    life: Life
    memory: KeptMark

    def read(self) -> int:
        return self.memory.read()

    def raise_to(self, number: int) -> None:
        with self.life.both_sides_of("a mark outside"):
            self.memory.raise_to(number)


@dataclass
class Clients:
    """One worker's SES, SQS and mark; each call has two edges."""

    outside: Outside
    life: Life
    mark: HighWaterMark

    def get_account(self) -> dict[str, Any]:
        quota = {"MaxSendRate": RATE, "Max24HourSend": -1.0, "SentLast24Hours": 0.0}
        return {"SendQuota": quota}

    def send_bulk_email(self, **request: Any) -> dict[str, Any]:
        with self.life.both_sides_of("a post"):
            names = [self.outside.accept(entry) for entry in request["BulkEmailEntries"]]
        return {
            "BulkEmailEntryResults": [{"Status": "SUCCESS", "MessageId": name} for name in names]
        }

    def receive_message(self, **_: object) -> dict[str, Any]:
        with self.life.both_sides_of("a receipt"):
            found = list(self.outside.queue.items())[:AS_MANY_AT_A_TIME]
        return {"Messages": [{"ReceiptHandle": name, "Body": body} for name, body in found]}

    def get_queue_attributes(self, **_: object) -> dict[str, Any]:
        return {"Attributes": {"ApproximateNumberOfMessages": str(len(self.outside.queue))}}

    def delete_message_batch(self, **request: Any) -> None:
        with self.life.both_sides_of("a deletion"):
            for entry in request["Entries"]:
                self.outside.queue.pop(entry["ReceiptHandle"], None)


Work = Callable[[Clients], None]


def live(database: Database, outside: Outside, memory: KeptMark, life: Life, work: Work) -> None:
    """Let a worker work until it is done or dead."""
    with commits_of(database, life):
        try:
            work(Clients(outside, life, MortalMark(life, memory)))
        except Death:
            return
