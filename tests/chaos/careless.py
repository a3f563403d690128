"""Engines broken on purpose, to show that a run catches them.

`python -m tests.chaos.careless doubles ...` runs Celery with an engine that takes a lost answer for
a refusal; `loses`, with one that calls uncertain and throttled mail sent; `forgets`, with one that
does not look whether its database was restored.
"""

import sys

from celery.bin.celery import main as celery

from campaigns.sending import delivery, restored
from campaigns.ses.verdicts import Verdict

DOUBLES, LOSES, FORGETS = "doubles", "loses", "forgets"


def break_it(how: str) -> None:
    """Spoil the engine of this process."""
    if how == FORGETS:
        restored.hold = lambda *_, **__: 0
        return
    sent = {"state": "sent", **delivery.FORGOTTEN}
    spoilt = {
        DOUBLES: {Verdict.UNCERTAIN: delivery.PUT_BACK},
        LOSES: {Verdict.UNCERTAIN: sent, Verdict.SLOW_DOWN: sent},
    }
    delivery.SETTLEMENTS = {**delivery.SETTLEMENTS, **spoilt[how]}


def main(how: str, arguments: list[str]) -> None:
    break_it(how)
    sys.argv = ["celery", "-A", "tasks", *arguments]
    celery()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
