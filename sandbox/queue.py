"""One SQS standard queue: visibility timeout, redelivery, long polling, delayed messages.

A body may be a function that is called on receipt, so that a million waiting events stay small.
"""

import base64
import binascii
import hashlib
import heapq
import itertools
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

DEFAULT_VISIBILITY = 30.0
DEFAULT_CAPACITY = 200_000


class ReceiptInvalid(Exception):
    """The receipt handle was not made by this queue."""


@dataclass(slots=True)
class QueueMessage:
    """A message in the queue. Times are the wall clock's, seconds since 1970."""

    body: Callable[[], str]
    sent_at: float
    message_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    receive_count: int = 0
    first_received_at: float | None = None
    visible_at: float = 0.0
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """One receipt of a message."""

    message_id: str
    receipt_handle: str
    body: str
    md5: str
    sent_at: float
    first_received_at: float
    receive_count: int


@dataclass(frozen=True, slots=True)
class Depth:
    """The numbers of messages that can be received now, are in flight, or are delayed."""

    visible: int
    in_flight: int
    delayed: int


class MessageQueue:
    """`monotonic` is the clock of delays and visibility timeouts, in seconds.

    SQS forgets a message after its retention period; here the oldest are forgotten, and counted in
    `expired`, when there are more than `capacity`.
    """

    def __init__(
        self,
        name: str,
        *,
        visibility: float = DEFAULT_VISIBILITY,
        capacity: int = DEFAULT_CAPACITY,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.visibility = visibility
        self.expired = 0
        self._capacity = capacity
        self._monotonic = monotonic
        self._messages: dict[str, QueueMessage] = {}
        self._waiting: list[tuple[float, int, QueueMessage]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._closed = False

    def send(self, body: Callable[[], str], *, delay: float = 0.0) -> str:
        """Add a message; it can be received after `delay` seconds."""
        message = QueueMessage(body, time.time())
        with self._changed:
            self._messages[message.message_id] = message
            self._show(message, self._monotonic() + delay)
            if len(self._messages) > self._capacity:
                self._forget(next(iter(self._messages)))
                self.expired += 1
            self._changed.notify()
        return message.message_id

    def receive(
        self, *, limit: int = 1, wait: float = 0.0, visibility: float | None = None
    ) -> list[Received]:
        """Receive up to `limit` messages, waiting up to `wait` seconds for the first."""
        deadline = self._monotonic() + wait
        hidden_for = self.visibility if visibility is None else visibility
        with self._changed:
            while True:
                taken = self._take(limit, hidden_for)
                left = deadline - self._monotonic()
                if taken or left <= 0 or self._closed:
                    return [_received(message) for message in taken]
                self._changed.wait(min(left, self._until_next()))

    def delete(self, receipt_handle: str) -> None:
        """Delete a message by its latest receipt; an older receipt deletes nothing.

        Raises:
            ReceiptInvalid: the handle is not one of this queue's.
        """
        message_id, count = _read_receipt(receipt_handle)
        with self._changed:
            message = self._messages.get(message_id)
            if message is not None and message.receive_count == count:
                self._forget(message_id)

    def purge(self) -> None:
        with self._changed:
            self._messages.clear()
            self._waiting.clear()

    def depth(self) -> Depth:
        """Count the messages; every one is looked at."""
        with self._changed:
            now = self._monotonic()
            hidden = [item for item in self._messages.values() if item.visible_at > now]
            in_flight = sum(1 for message in hidden if message.receive_count)
            total = len(self._messages)
        return Depth(total - len(hidden), in_flight, len(hidden) - in_flight)

    def close(self) -> None:
        """End every wait for a message."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _forget(self, message_id: str) -> None:
        message = self._messages.pop(message_id)
        message.deleted = True
        message.body = _nothing

    def _show(self, message: QueueMessage, at: float) -> None:
        message.visible_at = at
        heapq.heappush(self._waiting, (at, next(self._order), message))

    def _take(self, limit: int, hidden_for: float) -> list[QueueMessage]:
        now = self._monotonic()
        taken: list[QueueMessage] = []
        while self._waiting and self._waiting[0][0] <= now and len(taken) < limit:
            message = heapq.heappop(self._waiting)[2]
            if not message.deleted:
                message.receive_count += 1
                message.first_received_at = message.first_received_at or time.time()
                taken.append(message)
        for message in taken:
            self._show(message, now + hidden_for)
        return taken

    def _until_next(self) -> float:
        if not self._waiting:
            return float(threading.TIMEOUT_MAX)
        return max(self._waiting[0][0] - self._monotonic(), 0.001)


def md5_of(body: str) -> str:
    """Return the MD5 digest that boto3 checks a body against."""
    return hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()


def _nothing() -> str:
    return ""


def _received(message: QueueMessage) -> Received:
    body = message.body()
    handle = base64.urlsafe_b64encode(f"{message.message_id}#{message.receive_count}".encode())
    return Received(
        message_id=message.message_id,
        receipt_handle=handle.decode(),
        body=body,
        md5=md5_of(body),
        sent_at=message.sent_at,
        first_received_at=message.first_received_at or message.sent_at,
        receive_count=message.receive_count,
    )


def _read_receipt(handle: str) -> tuple[str, int]:
    try:
        message_id, _, count = base64.urlsafe_b64decode(handle.encode()).decode().partition("#")
        return message_id, int(count)
    except (ValueError, binascii.Error):
        raise ReceiptInvalid from None
