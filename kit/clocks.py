"""Whether this machine's clock agrees with a database's.

A machine that is off by more than a tick signs requests that AWS refuses and discards the messages
of the others as too old.
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
"""The job under which a worker writes down that its machine is off."""
NOTED_FOR = timedelta(minutes=10)
"""A machine that is still off says so at its next tick; one that is gone says nothing."""
REMEDY = "set it by NTP (`timedatectl set-ntp true`)"


def problems(database: Database, *, tick: timedelta, machine: Clock = utc_now) -> Iterator[str]:
    """A sentence that names this machine if it is off by more than `tick`.

    SQLite has no clock of its own.
    """
    off = offset(database, machine)
    if abs(off) > tick:
        direction = "ahead of" if off > timedelta() else "behind"
        yield (
            f"The clock of {socket.gethostname()} is {round(abs(off).total_seconds())} s "
            f"{direction} the database's; {REMEDY}."
        )


def offset(database: Database, machine: Clock = utc_now) -> timedelta:
    """How far `machine` is ahead of the database, apart from the time that asking took."""
    before = machine()
    present = database.now()
    after = machine()
    return max(before - present, timedelta()) + min(after - present, timedelta())


def note(
    database: Database,
    model: type[DeclarativeBase],
    *,
    tick: timedelta,
    machine: Clock = utc_now,
    name: str | None = None,
) -> None:
    """Write down in a side's heartbeats (`model`) that this machine is off by more than `tick`.

    One that is right takes back what it wrote itself, and leaves what others wrote.
    """
    mine = (name or socket.gethostname())[:TROUBLE_MAX]
    is_off = any(problems(database, tick=tick, machine=machine))
    with database.writing() as session:
        noted = heartbeats.read(session, model).get(NOTE, LastRun(None)).trouble
        if is_off or noted == mine:
            trouble = mine if is_off else None
            heartbeats.note(session, model, NOTE, now=database.now(), trouble=trouble)


def noted(found: Mapping[str, LastRun], *, now: datetime) -> Iterator[str]:
    """A sentence that names the worker's machine which wrote down last that it is off."""
    last = found.get(NOTE, LastRun(None))
    age = last.age(now)
    if last.trouble and age is not None and age < NOTED_FOR:
        yield f"The clock of {last.trouble}, where a worker runs, is off; {REMEDY}."
