"""Whether a side can work, judged by its database and its jobs' heartbeats.

Reasons are sentences for an operator. The public is told yes or no.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase

from kit import broker, clocks, heartbeats, machine_notes
from kit.aws_refusals import CREDENTIALS, SIGNATURES
from kit.clock import Clock
from kit.database import Database
from kit.errors import CheckinError
from kit.heartbeats import LastRun

TIMES_MISSED = 6
SHORTEST_PATIENCE = timedelta(minutes=1)
SAID_AT_ONCE = {
    "KeyUnavailable": "The vault's master keys do not wrap and unwrap; see the worker's log.",
    "CameBack": "Erased tenants are back from a backup; run `checkin tenants adopt`.",
    **broker.SENTENCES,
}

AWS_NOTES = {"aws-ses": "Amazon SES", "aws-sqs": "Amazon SQS"}
"""The heartbeats under which a worker records that a service refuses its machine."""

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


def of_keys(sentence: str, read: Callable[[], object]) -> Iterator[str]:
    """Yield the sentence and the error if `read` fails to read keys."""
    try:
        read()
    except (CheckinError, OSError) as error:
        yield f"{sentence}: {error}"


def of_jobs(
    found: Mapping[str, LastRun], expected: Mapping[str, timedelta], *, now: datetime
) -> Iterator[str]:
    """Yield what is wrong with the `expected` jobs and with the clocks of the workers."""
    yield from clocks.noted(found, now=now)
    yield from _refused(found, now)
    for job, longest in expected.items():
        heartbeat = found.get(job, LastRun(None))
        age = heartbeat.age(now)
        if heartbeat.trouble in CREDENTIALS:
            yield f"AWS refuses this side's credentials ({heartbeat.trouble}, job “{job}”)."
        elif heartbeat.trouble in SIGNATURES:
            yield f"AWS refuses a machine's clock or key ({heartbeat.trouble}, job “{job}”)."
        elif heartbeat.trouble in SAID_AT_ONCE:
            yield SAID_AT_ONCE[heartbeat.trouble]
        elif age is None:
            yield f"The job “{job}” was never done{_because(heartbeat)}; start beat and a worker."
        elif age > longest:
            seconds = round(age.total_seconds())
            yield f"The job “{job}” was last done {seconds} s ago{_because(heartbeat)}."


def _refused(found: Mapping[str, LastRun], now: datetime) -> Iterator[str]:
    for note, service in AWS_NOTES.items():
        if named := machine_notes.read(found, note, now=now):
            machine, code = named
            yield (
                f"{service} refuses {machine}, where a worker runs ({code}); check its clock and "
                "its credentials."
            )


def _because(heartbeat: LastRun) -> str:
    return f" ({heartbeat.trouble})" if heartbeat.trouble else ""
