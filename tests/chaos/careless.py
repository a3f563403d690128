"""Engines broken on purpose, to show that a run catches them.

`python -m tests.chaos.careless doubles ...` runs Celery with an engine that takes a lost answer for
a refusal; `loses`, with one that calls uncertain and throttled mail sent; `forgets`, with one that
does not look whether its database was restored.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from celery.bin.celery import main as celery
from sqlalchemy.orm import Session

from campaigns.sending import deliveries, restore_detection
from campaigns.sending.terms import Trigger
from campaigns.ses.transport import Outcome
from campaigns.ses.verdicts import Verdict

DOUBLES, LOSES, FORGETS = "doubles", "loses", "forgets"


def break_it(how: str) -> None:
    """Spoil the engine of this process."""
    if how == FORGETS:
        restore_detection.watch = lambda *_, **__: None
        return
    if how == DOUBLES:
        deliveries.TRIGGERS = {**deliveries.TRIGGERS, Verdict.UNCERTAIN: Trigger.UNSENT}
    else:
        deliveries.record = partial(_call_it_sent, deliveries.record)


def _call_it_sent(
    record: Callable[..., None],
    session: Session,
    attempt_id: str,
    outcomes: Sequence[Outcome],
    **how: datetime,
) -> None:
    lost = (Verdict.UNCERTAIN, Verdict.SLOW_DOWN, Verdict.UNSENT)
    claimed = [
        replace(outcome, verdict=Verdict.ACCEPTED, cause=None)
        if outcome.verdict in lost
        else outcome
        for outcome in outcomes
    ]
    record(session, attempt_id, claimed, **how)


def main(how: str, arguments: list[str]) -> None:
    break_it(how)
    sys.argv = ["celery", "-A", "tasks", *arguments]
    celery()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
