"""Drop task messages that are no longer needed, judged by the database's clock alone.

Celery's `expires` is set by the sender's clock: if beat's clock is slow by more than a tick,
workers discard every message. So messages here carry none. Beat's messages may arrive twice, or
pile up while no worker runs: the first one of each period runs the job, and those within half a
period after it are dropped.
"""

from datetime import datetime, timedelta

from celery import current_task
from sqlalchemy.orm import DeclarativeBase

from kit import heartbeats, readiness
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
    """Whether a message has waited so long, by the database's clock, that later ones replace it.

    A queue may be a few ticks behind on a busy machine, and its messages are still needed.
    `asked_at` is ISO 8601 in UTC. Empty, as an older release wrote it, it is not outdated.
    """
    if not asked_at:
        return False
    age = clock() - datetime.fromisoformat(asked_at)
    is_old = age >= readiness.patience(current().tick)
    if is_old:
        log.info("a message was dropped: it waited too long", seconds=round(age.total_seconds()))
    return is_old
