"""What a worker recorded of its own machine, for every process of its side to name that machine.

A note is a row among the side's heartbeats. One machine has each; the last that is in trouble.
"""

import socket
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import DeclarativeBase

from kit import heartbeats
from kit.database import Database
from kit.heartbeats import TROUBLE_MAX, LastRun

COUNTS_FOR = timedelta(minutes=10)
"""How long a note counts. A machine that is still in trouble renews it."""


def record(
    database: Database,
    model: type[DeclarativeBase],
    note: str,
    *,
    trouble: str | None,
    name: str | None = None,
) -> None:
    """Write that this machine is in trouble (one word, or empty if `note` says it all), or not.

    A machine that is well clears its own note and leaves another machine's.
    """
    mine = (name or socket.gethostname())[:TROUBLE_MAX]
    with database.writing() as session:
        noted = heartbeats.last_runs(session, model).get(note, LastRun(None)).trouble or ""
        if trouble is not None or noted.partition(" ")[0] == mine:
            said = None if trouble is None else f"{mine} {trouble}".strip()[:TROUBLE_MAX]
            heartbeats.record_check(session, model, note, now=database.now(), trouble=said)


def read(found: Mapping[str, LastRun], note: str, *, now: datetime) -> tuple[str, str] | None:
    """Return the machine that last recorded this trouble, if recent, and its word for it."""
    last = found.get(note, LastRun(None))
    age = last.age(now)
    if not last.trouble or age is None or age >= COUNTS_FOR:
        return None
    machine, _, trouble = last.trouble.partition(" ")
    return machine, trouble
