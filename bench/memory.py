"""Peak memory of importing a roster and of handing a month over: a million rows and a thousand.

Each job runs in a process of its own; its peak is what Linux reports as VmHWM, which unlike
`ru_maxrss` does not count the process it was started from.
"""

import io
import logging
import re
import resource
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import psycopg

from bench import places
from bench.places import DatabasePair, RosterStream
from bench.rows import Measurement
from kit import log
from kit.database import Database
from links import mail_links
from tenants.handover.mailing_list import hand_over
from tenants.roster.imports import import_csv

LARGE = 1_000_000
SMALL = 1_000
LIMIT_MB = 200
FLAT = 1.25
LINKS = mail_links.link_writer((b"k" * 32,), "https://portal.example.org")
JOBS = ("import", "hand over")


def measure(scale: float = 1.0) -> list[Measurement]:
    """The import and the hand-over on SQLite and, where it is there, on PostgreSQL."""
    rows = []
    for place in (places.sqlite, places.postgresql):
        try:
            small, large = _peaks(place, SMALL), _peaks(place, round(LARGE * scale))
        except psycopg.OperationalError:
            continue
        rows += [_row(job, round(LARGE * scale), small[job], large[job]) for job in large]
    return rows


def _row(job: str, count: int, small: float, large: float) -> Measurement:
    return Measurement(
        name=f"memory: {job}, {count:,} rows",
        value=f"{large:.0f} MB",
        target=f"≤ {LIMIT_MB} MB, flat",
        met=large <= LIMIT_MB and large <= small * FLAT,
        note=f"{small:.0f} MB at {SMALL:,} rows",
    )


def _peaks(at: Callable[[], AbstractContextManager[DatabasePair]], count: int) -> dict[str, float]:
    with at() as place:
        return {f"{job}, {place.backend}": _peak_of_process(job, place, count) for job in JOBS}


def _peak_of_process(job: str, place: DatabasePair, count: int) -> float:
    command = [sys.executable, "-m", "bench.memory", job, *place[1:], str(count)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return float(done.stdout)


def _do(job: str, platform: Database, campaign: Database, count: int) -> None:
    if job == "import":
        stream = io.BufferedReader(RosterStream(count), buffer_size=1 << 16)
        with platform.writing() as session:
            report = import_csv(session, stream, dry_run=False, now=places.NOW)
        assert report.created == count
        return
    months = hand_over(
        platform,
        campaign,
        links=LINKS,
        now=places.NOW,
        lead=timedelta(minutes=30),
    )
    assert months == [places.MONTH]


def peak_mb() -> float:
    """This process's peak memory so far, in MB."""
    status = Path("/proc/self/status")
    if status.exists() and (found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text())):
        return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    log.configure(level=logging.WARNING)
    _do(sys.argv[1], Database(sys.argv[2]), Database(sys.argv[3]), int(sys.argv[4]))
    print(peak_mb())
