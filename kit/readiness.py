"""Whether a side can work, judged by its database and its jobs' heartbeats.

Reasons are sentences for an operator. The public is told yes or no.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase

from kit import broker, clocks, heartbeats
from kit.clock import Clock
from kit.database import Database
from kit.heartbeats import LastRun

TIMES_MISSED = 6
SHORTEST_PATIENCE = timedelta(minutes=1)
CREDENTIALS = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "CredentialRetrievalError",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "NoCredentialsError",
        "SignatureDoesNotMatch",
        "TokenRetrievalError",
        "UnrecognizedClientException",
    }
)
"""The codes of AWS and botocore for missing, wrong, refused or expired credentials."""

SAID_AT_ONCE = {
    "KeyUnavailable": "The vault's master keys do not wrap and unwrap; see the worker's log.",
    "CameBack": "Erased tenants are back from a backup; run `checkin tenants adopt`.",
    **broker.SENTENCES,
}

IsCurrent = Callable[[Database], bool]
"""Whether this code can work on a database: `migrations.standing.is_current` of one side."""


def patience(every: timedelta) -> timedelta:
    """Return how overdue a job with this period may be."""
    return max(TIMES_MISSED * every, SHORTEST_PATIENCE)


def of_side(
    side: str,
    database: Database,
    model: type[DeclarativeBase],
    expected: Mapping[str, timedelta],
    *,
    is_current: IsCurrent,
    tick: timedelta,
    clock: Clock,
) -> Iterator[str]:
    """Yield what is wrong with one side's database and jobs, a sentence each.

    `model` is the side's heartbeat table; `expected` maps each job to its longest permitted age.
    """
    try:
        if not is_current(database):
            yield f"The {side} database is not up to date; run `checkin init`."
            return
        with database.reading() as session:
            found = heartbeats.last_runs(session, model)
        yield from clocks.problems(database, tick=tick)
    except SQLAlchemyError:
        name = f"CHECKIN_{side.upper()}_DATABASE_URL"
        yield f"The {side} database does not answer; check {name}."
        return
    yield from of_jobs(found, expected, now=clock())


def of_jobs(
    found: Mapping[str, LastRun], expected: Mapping[str, timedelta], *, now: datetime
) -> Iterator[str]:
    """Yield what is wrong with the `expected` jobs and with the clocks of the workers."""
    yield from clocks.noted(found, now=now)
    for job, longest in expected.items():
        heartbeat = found.get(job, LastRun(None))
        age = heartbeat.age(now)
        if heartbeat.trouble in CREDENTIALS:
            yield f"AWS refuses this side's credentials ({heartbeat.trouble}, job “{job}”)."
        elif heartbeat.trouble in SAID_AT_ONCE:
            yield SAID_AT_ONCE[heartbeat.trouble]
        elif age is None:
            yield f"The job “{job}” was never done{_because(heartbeat)}; start beat and a worker."
        elif age > longest:
            seconds = round(age.total_seconds())
            yield f"The job “{job}” was last done {seconds} s ago{_because(heartbeat)}."
    yield from _of_others(found, expected)


def _of_others(found: Mapping[str, LastRun], expected: Mapping[str, timedelta]) -> Iterator[str]:
    """Yield the trouble of jobs without a period, such as sending."""
    for job, heartbeat in found.items():
        if heartbeat.trouble and job not in expected:
            yield f"A worker's own trouble stops it ({heartbeat.trouble}, job “{job}”)."


def _because(heartbeat: LastRun) -> str:
    return f" ({heartbeat.trouble})" if heartbeat.trouble else ""
