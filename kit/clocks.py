"""Whether this machine's clock agrees with a database's.

A machine that is off by more than a tick signs requests that AWS refuses and discards the messages
of the others as too old.
"""

import socket
from collections.abc import Iterator
from datetime import timedelta

from kit.clock import Clock, utc_now
from kit.database import Database


def problems(database: Database, *, tick: timedelta, machine: Clock = utc_now) -> Iterator[str]:
    """A sentence that names this machine if it is off by more than `tick`.

    SQLite has no clock of its own.
    """
    off = offset(database, machine)
    if abs(off) > tick:
        direction = "ahead of" if off > timedelta() else "behind"
        yield (
            f"The clock of {socket.gethostname()} is {round(abs(off).total_seconds())} s "
            f"{direction} the database's; set both by NTP (`timedatectl set-ntp true`)."
        )


def offset(database: Database, machine: Clock = utc_now) -> timedelta:
    """How far `machine` is ahead of the database, apart from the time that asking took."""
    before = machine()
    present = database.now()
    after = machine()
    return max(before - present, timedelta()) + min(after - present, timedelta())
