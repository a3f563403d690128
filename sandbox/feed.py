"""Publish the events of accepted mails to the queue, with the faults a real feed can have."""

import random
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sandbox import events, outcomes
from sandbox.mail import AcceptedMail
from sandbox.queue import MessageQueue

WRAPPINGS: dict[str, Callable[[events.Json], str]] = {
    "raw": events.as_raw,
    "sns": events.as_notification,
}
REORDERED_BY = 2.0


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """How events travel.

    `delay` is seconds between a mail's events, `drop`, `duplicate` and `reorder` are probabilities
    for each event, `spread` the seconds by which a reordered one may be late. `types` are the event
    types that arrive at all (as in `eventType`); `seed` makes the faults repeatable.
    """

    wrapping: str = "sns"
    delay: float = 0.2
    drop: float = 0.0
    duplicate: float = 0.0
    reorder: float = 0.0
    spread: float = REORDERED_BY
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


class EventFeed:
    """Publishes the events of mails sent through a configuration set."""

    def __init__(self, queue: MessageQueue, settings: FeedSettings) -> None:
        self.queue = queue
        self.counts = FeedCounts()
        self._lock = threading.Lock()
        self._use(settings)

    @property
    def settings(self) -> FeedSettings:
        return self._settings

    def change(self, **changes: Any) -> None:
        """Change some settings; the random sequence starts again from the seed."""
        if "types" in changes:
            changes["types"] = tuple(changes["types"])
        self._use(replace(self._settings, **changes))

    def publish(self, mails: Iterable[AcceptedMail]) -> None:
        """Schedule the events of each mail."""
        for mail in mails:
            if mail.configuration_set is not None:
                for step, kind in enumerate(outcomes.EVENTS[mail.outcome]):
                    if kind in self._settings.types:
                        self._publish(mail, kind, (step + 1) * self._settings.delay)

    def _use(self, settings: FeedSettings) -> None:
        self._settings = settings
        self._random = random.Random(settings.seed)  # noqa: S311 - faults are replayed by seed

    def _publish(self, mail: AcceptedMail, kind: str, after: float) -> None:
        with self._lock:
            delays = self._fates(after)
            if delays:
                self.counts.published[kind] = self.counts.published.get(kind, 0) + 1
        wrap = WRAPPINGS[self._settings.wrapping]
        for delay in delays:
            self.queue.send(
                lambda: wrap(events.event(mail, kind, timedelta(seconds=after))), delay=delay
            )

    def _fates(self, after: float) -> list[float]:
        """Return the delay of each copy of an event; none if it is dropped."""
        settings = self._settings
        if not (settings.drop or settings.duplicate or settings.reorder):
            return [after]
        if self._random.random() < settings.drop:
            self.counts.dropped += 1
            return []
        if self._random.random() < settings.reorder:
            self.counts.reordered += 1
            after += self._random.uniform(0, settings.spread)
        if self._random.random() < settings.duplicate:
            self.counts.duplicated += 1
            return [after, after + self._random.uniform(0, settings.spread)]
        return [after]
