"""Drop the messages that outlived their purpose, by the database's clock alone.

Celery's own `expires` is a moment by the sender's clock: where beat's is slow by more than a tick,
workers discard every message unread. So no message of ours carries one. Beat's messages may come
twice, or pile up while no worker runs; the first one of each period does the job, and those that
follow it within half a period find that it was begun.
"""

from datetime import datetime, timedelta

from celery import current_task
from sqlalchemy.orm import DeclarativeBase

from kit import heartbeats
from kit.clock import Clock
from kit.database import Database
from kit.log import get_logger
from tasks.app import app
from tasks.process import current

log = get_logger(__name__)


def period(task: str) -> timedelta:
    """How often beat asks for a task."""
    (entry,) = (each for each in app.conf.beat_schedule.values() if each["task"] == task)
    return timedelta(seconds=entry["schedule"])


def is_duplicate(
    database: Database, model: type[DeclarativeBase], job: str, *, every: timedelta
) -> bool:
    """Whether a job was begun less than half of `every` ago; if not, it is begun now.

    A task that a program calls as a function is no message, and never a duplicate.
    """
    now = database.now()
    with database.writing() as session:
        is_first = heartbeats.begin(session, model, job, every=every / 2, now=now)
    if current_task.request.called_directly:
        return False
    if not is_first:
        log.info("a message was dropped: its job was begun already", beat=job)
    return not is_first


def is_outdated(asked_at: str, *, clock: Clock) -> bool:
    """Whether another task asked for something a tick ago or earlier, by the same database's clock.

    `asked_at` is ISO 8601 in UTC; empty, as an older release wrote it, it is not outdated.
    """
    return bool(asked_at) and clock() - datetime.fromisoformat(asked_at) >= current().tick
