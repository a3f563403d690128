"""How a side's database stands: whether it answers, is up to date, and hears of its jobs."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase

from kit import heartbeats, readiness
from kit.clock import Clock
from kit.database import Database
from migrations import upgrading


def problems(
    side: str,
    database: Database,
    model: type[DeclarativeBase],
    expected: Mapping[str, timedelta],
    *,
    clock: Clock,
) -> Iterator[str]:
    """What is wrong, a sentence each.

    `model` is the side's heartbeats; `expected` says of each job how long it may stay undone.
    """
    try:
        if not upgrading.is_current(side, database):
            yield f"The {side} database is not up to date; run `checkin init`."
            return
        with database.reading() as session:
            found = heartbeats.read(session, model)
    except SQLAlchemyError:
        name = f"CHECKIN_{side.upper()}_DATABASE_URL"
        yield f"The {side} database does not answer; check {name}."
        return
    yield from readiness.of_jobs(found, expected, now=clock())
