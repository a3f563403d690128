"""Record when each job of a side last succeeded, so that any process can see one that stopped.

A row also names what has failed since: AWS's error code or an exception's class, never its text.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from botocore.exceptions import ClientError
from sqlalchemy import String, or_, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from kit.bulk import add_new, changed
from kit.clock import Clock
from kit.database import Database, UtcDateTime

TROUBLE_MAX = 64


class HeartbeatColumns:
    """One job of one side. `done_at` is empty until its first success.

    `begun_at` is when a worker last took beat's message for it, by the database's clock.
    """

    job: Mapped[str] = mapped_column(String(16), primary_key=True)
    begun_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trouble: Mapped[str | None] = mapped_column(String(TROUBLE_MAX))


@dataclass(frozen=True, slots=True)
class LastRun:
    """When a job last succeeded, and what has failed since."""

    done_at: datetime | None
    trouble: str | None = None

    def age(self, now: datetime) -> timedelta | None:
        """How long ago it succeeded; None if it never did."""
        return None if self.done_at is None else max(now - self.done_at, timedelta())


def begin(
    session: Session, model: type[DeclarativeBase], job: str, *, every: timedelta, now: datetime
) -> bool:
    """Begin a job unless it was begun less than `every` ago; returns whether it was begun now.

    A beginning in the future was written before the clock was set back, and is ignored.
    """
    begun_at = model.__table__.c.begun_at
    is_due = or_(begun_at.is_(None), begun_at <= now - every, begun_at > now)
    due = update(model).where(model.__table__.c.job == job, is_due)
    return bool(
        changed(session, due.values(begun_at=now))
        or add_new(session, model, [{"job": job, "begun_at": now}])
    )


def done(session: Session, model: type[DeclarativeBase], job: str, *, now: datetime) -> None:
    """Record a success and clear the trouble."""
    _write(session, model, job, done_at=now, trouble=None)


def seen_to(session: Session, model: type[DeclarativeBase], job: str, *, now: datetime) -> None:
    """Record a success and keep the trouble: the job did what it could."""
    _write(session, model, job, done_at=now)


def failed(session: Session, model: type[DeclarativeBase], job: str, *, trouble: str) -> None:
    """Record a failure; the time of the last success stays."""
    _write(session, model, job, trouble=trouble[:TROUBLE_MAX])


@contextmanager
def beating(
    database: Database, model: type[DeclarativeBase], job: str, *, clock: Clock
) -> Iterator[None]:
    """Record whether the block succeeded or what it raised, and let the error pass."""
    try:
        yield
    except Exception as error:
        with database.writing() as session:
            failed(session, model, job, trouble=code_of(error))
        raise
    with database.writing() as session:
        done(session, model, job, now=clock())


def record_check(
    session: Session, model: type[DeclarativeBase], job: str, *, now: datetime, trouble: str | None
) -> None:
    """Record a check that was done, and what it found wrong, if anything."""
    _write(session, model, job, done_at=now, trouble=trouble)


def last_runs(session: Session, model: type[DeclarativeBase]) -> Mapping[str, LastRun]:
    """Return the last run of every job that was ever tried."""
    table = model.__table__
    rows = session.execute(select(table.c.job, table.c.done_at, table.c.trouble))
    return {job: LastRun(done_at, trouble) for job, done_at, trouble in rows}


def code_of(error: Exception) -> str:
    """Return AWS's code or the exception's class name, neither of which quotes data."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "ClientError"))
    return type(error).__name__


def _write(session: Session, model: type[DeclarativeBase], job: str, **values: object) -> None:
    of_job = update(model).where(model.__table__.c.job == job)
    if not changed(session, of_job.values(**values)):
        add_new(session, model, [{"job": job, **values}])
