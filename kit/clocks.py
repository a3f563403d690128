"""Compare this machine's clock with the database's.

AWS refuses requests signed by a machine whose clock is wrong, and such a machine discards other
machines' messages as too old.
"""

import socket
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import DeclarativeBase

from kit import machine_notes
from kit.clock import Clock, utc_now
from kit.database import Database
from kit.heartbeats import LastRun

NOTE = "clock"
"""The heartbeat under which a worker records that its machine's clock is wrong."""
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
    """Record among a side's heartbeats (`model`) whether this machine is off by over `tick`."""
    is_off = any(problems(database, tick=tick, machine=machine))
    machine_notes.record(database, model, NOTE, trouble="" if is_off else None, name=name)


def noted(found: Mapping[str, LastRun], *, now: datetime) -> Iterator[str]:
    """Yield a sentence naming the machine that last recorded a wrong clock, if recent."""
    if named := machine_notes.read(found, NOTE, now=now):
        yield f"The clock of {named[0]}, where a worker runs, is off; {REMEDY}."
