"""Compare this machine's clock with the database's.

AWS refuses requests signed by a machine whose clock is wrong, and such a machine discards other
machines' messages as too old.
"""

import socket
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import DeclarativeBase

from kit import heartbeats
from kit.clock import Clock, utc_now
from kit.database import Database
from kit.heartbeats import TROUBLE_MAX, LastRun

NOTE = "clock"
"""The heartbeat under which a worker records that its machine's clock is wrong."""
NOTED_FOR = timedelta(minutes=10)
"""How long a record counts. A machine that is still wrong renews it at each tick."""
REMEDY = "set it by NTP (`timedatectl set-ntp true`)"


def problems(database: Database, *, tick: timedelta, machine: Clock = utc_now) -> Iterator[str]:
    """Yield a sentence naming this machine if its clock is off by more than `tick`.

    Never on SQLite, which has no clock of its own.
    """
    off = offset(database, machine)
    if abs(off) > tick:
        direction = "ahead of" if off > timedelta() else "behind"
        yield (
            f"The clock of {socket.gethostname()} is {round(abs(off).total_seconds())} s "
            f"{direction} the database's; {REMEDY}."
        )


def offset(database: Database, machine: Clock = utc_now) -> timedelta:
    """Return how far `machine` is ahead of the database, without the time the query took."""
    before = machine()
    present = database.now()
    after = machine()
    return max(before - present, timedelta()) + min(after - present, timedelta())


def record_offset(
    database: Database,
    model: type[DeclarativeBase],
    *,
    tick: timedelta,
    machine: Clock = utc_now,
    name: str | None = None,
) -> None:
    """Record in a side's heartbeats (`model`) whether this machine's clock is off by over `tick`.

    A machine whose clock is right clears its own record and leaves another machine's.
    """
    mine = (name or socket.gethostname())[:TROUBLE_MAX]
    is_off = any(problems(database, tick=tick, machine=machine))
    with database.writing() as session:
        noted = heartbeats.last_runs(session, model).get(NOTE, LastRun(None)).trouble
        if is_off or noted == mine:
            trouble = mine if is_off else None
            heartbeats.record_check(session, model, NOTE, now=database.now(), trouble=trouble)


def noted(found: Mapping[str, LastRun], *, now: datetime) -> Iterator[str]:
    """Yield a sentence naming the machine that last recorded a wrong clock, if recent."""
    last = found.get(NOTE, LastRun(None))
    age = last.age(now)
    if last.trouble and age is not None and age < NOTED_FOR:
        yield f"The clock of {last.trouble}, where a worker runs, is off; {REMEDY}."
