"""An event feed that loses, repeats and reorders events, as SES's may."""

import json
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sandbox import events
from sandbox.feed import EventFeed
from sandbox.mail import AcceptedMail
from sandbox.queue import MessageQueue

WRAPPINGS: dict[str, Callable[[events.Json], str]] = {
    "raw": json.dumps,
    "sns": events.as_notification,
}


@dataclass(frozen=True, slots=True)
class FeedFaults:
    """How events travel.

    `drop`, `duplicate` and `reorder` are probabilities for each event, `spread` the seconds by
    which a reordered one may be late. `types` are the event types that arrive at all (as in
    `eventType`); `seed` makes the faults repeatable. `wrapping` is `sns`, or `raw` for SNS's raw
    message delivery.
    """

    wrapping: str = "sns"
    drop: float = 0.0
    duplicate: float = 0.0
    reorder: float = 0.0
    spread: float = 2.0
    types: tuple[str, ...] = tuple(events.MATCHING_TYPES)
    seed: int = 0

    def __post_init__(self) -> None:
        if self.wrapping not in WRAPPINGS:
            raise ValueError(f"wrapping is {self.wrapping}; use one of {', '.join(WRAPPINGS)}")
        if unknown := set(self.types) - events.MATCHING_TYPES.keys():
            raise ValueError(f"there is no event type {min(unknown)}")


@dataclass(slots=True)
class FeedCounts:
    """Events put into the queue, and what the faults did to them."""

    published: dict[str, int] = field(default_factory=dict)
    dropped: int = 0
    duplicated: int = 0
    reordered: int = 0


class FaultyFeed(EventFeed):
    """Publishes events as its faults have it."""

    def __init__(self, queue: MessageQueue, *, delay: float, faults: FeedFaults) -> None:
        super().__init__(queue, delay=delay)
        self.counts = FeedCounts()
        self._lock = threading.Lock()
        self._use(faults)

    def change(self, **changes: Any) -> None:
        """Change the delay or some faults; the random sequence starts again from the seed."""
        self.delay = changes.pop("delay", self.delay)
        if "types" in changes:
            changes["types"] = tuple(changes["types"])
        self._use(replace(self.faults, **changes))

    def _use(self, faults: FeedFaults) -> None:
        self.faults = faults
        self._random = random.Random(faults.seed)

    def send(self, mail: AcceptedMail, kind: str, *, after: float) -> None:
        if kind not in self.faults.types:
            return
        with self._lock:
            delays = self._fates(after)
            if delays:
                self.counts.published[kind] = self.counts.published.get(kind, 0) + 1
        wrap = WRAPPINGS[self.faults.wrapping]
        for delay in delays:
            self.queue.send(
                lambda: wrap(events.event(mail, kind, timedelta(seconds=after))), delay=delay
            )

    def _fates(self, after: float) -> list[float]:
        """Return the delay of each copy of an event; none if it is dropped."""
        faults = self.faults
        if not (faults.drop or faults.duplicate or faults.reorder):
            return [after]
        if self._random.random() < faults.drop:
            self.counts.dropped += 1
            return []
        if self._random.random() < faults.reorder:
            self.counts.reordered += 1
            after += self._random.uniform(0, faults.spread)
        if self._random.random() < faults.duplicate:
            self.counts.duplicated += 1
            return [after, after + self._random.uniform(0, faults.spread)]
        return [after]
