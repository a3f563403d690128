"""Publish the events of accepted mails to the queue."""

from collections.abc import Iterable
from datetime import timedelta

from sandbox import events, outcomes
from sandbox.mail import AcceptedMail
from sandbox.queue import MessageQueue


class EventFeed:
    """Publishes the events of mails sent through a configuration set, `delay` seconds apart."""

    def __init__(self, queue: MessageQueue, *, delay: float) -> None:
        self.queue = queue
        self.delay = delay

    def publish(self, mails: Iterable[AcceptedMail]) -> None:
        """Schedule the events of each mail."""
        for mail in mails:
            if mail.configuration_set is not None:
                for step, kind in enumerate(outcomes.EVENTS[mail.outcome], start=1):
                    self.send(mail, kind, after=step * self.delay)

    def send(self, mail: AcceptedMail, kind: str, *, after: float) -> None:
        """Put one event into the queue, to be received after that many seconds."""
        at = timedelta(seconds=after)
        self.queue.send(lambda: events.as_notification(events.event(mail, kind, at)), delay=after)
