"""Drop task messages that are no longer needed, judged by the database's clock alone.

Celery's `expires` is set by the sender's clock: if beat's clock is slow by more than a tick,
workers discard every message. So messages here carry none. Beat's messages may arrive twice, or
pile up while no worker runs: the first one of each period runs the job, and those within half a
period after it are dropped.
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


def beat_interval(task: str) -> timedelta:
    """Return the interval at which beat sends a task."""
    (entry,) = (each for each in app.conf.beat_schedule.values() if each["task"] == task)
    return timedelta(seconds=entry["schedule"])


def is_duplicate(
    database: Database, model: type[DeclarativeBase], job: str, *, every: timedelta
) -> bool:
    """Whether a job was begun less than half of `every` ago; if not, begin it now.

    A task that is called as a plain function is never a duplicate.
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
    """Whether a message was sent a tick ago or earlier, by the database's clock.

    `asked_at` is ISO 8601 in UTC. Empty, as an older release wrote it, it is not outdated.
    """
    return bool(asked_at) and clock() - datetime.fromisoformat(asked_at) >= current().tick
