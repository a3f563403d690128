"""The schedule page: what Celery runs, how often and on which queue, from `celeryconfig.py`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import celeryconfig
from checkin.reference.markdown import code, paragraphs, table
from kit.durations import as_text
from tasks.app import app

INTRODUCTION = """
Beat only says “look what is due”; each task looks in its own side's database. A message that comes
within half a period of one that was taken is dropped, and so is a request to send that is older
than a tick, both by the database's clock. How often follows from `CHECKIN_TICK`; the default is
shown.
"""


def page() -> str:
    """Every task, and what beat asks for."""
    app.loader.import_default_modules()
    own = sorted(name for name in app.tasks if name.startswith("tasks."))
    header = ("task", "queue", "asked for", "does")
    listed = table(header, [_row(name) for name in own])
    return paragraphs("# Jobs and their schedule", INTRODUCTION, listed)


def _row(name: str) -> tuple[str, ...]:
    entry = _entry(name)
    asked = f"every {_span(entry['schedule'])}" if entry else "by another task"
    does = (app.tasks[name].__doc__ or "").strip().splitlines()[0]
    return code(name), code(_queue(name)), asked, does


def _entry(task: str) -> Mapping[str, Any] | None:
    return next((e for e in celeryconfig.beat_schedule.values() if e["task"] == task), None)


def _queue(task: str) -> str:
    return str(celeryconfig.task_routes[f"{task.rsplit('.', 1)[0]}.*"]["queue"])


def _span(seconds: float) -> str:
    return as_text(timedelta(seconds=seconds))
