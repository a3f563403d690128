"""Engines broken on purpose, to show that a run catches them.

`python -m tests.chaos.careless doubles ...` runs Celery with an engine that takes a lost answer for
a refusal; `loses`, with one that calls uncertain and throttled mail sent; `forgets`, with one that
does not look whether its database was restored.
"""

import sys

from celery.bin.celery import main as celery

from campaigns.sending import deliveries, restore_detection
from campaigns.sending.transitions import Trigger
from campaigns.ses.verdicts import Verdict

DOUBLES, LOSES, FORGETS = "doubles", "loses", "forgets"


def break_it(how: str) -> None:
    """Spoil the engine of this process."""
    if how == FORGETS:
        restore_detection.watch = lambda *_, **__: None
        return
    spoilt = {
        DOUBLES: {Verdict.UNCERTAIN: Trigger.UNSENT},
        LOSES: {Verdict.UNCERTAIN: Trigger.HEARD, Verdict.SLOW_DOWN: Trigger.HEARD},
    }
    deliveries.TRIGGERS = {**deliveries.TRIGGERS, **spoilt[how]}


def main(how: str, arguments: list[str]) -> None:
    break_it(how)
    sys.argv = ["celery", "-A", "tasks", *arguments]
    celery()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
