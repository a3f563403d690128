"""Trace one id from a tick to every mail that it caused.

A tick gets an id when it begins. The id is in the header of every task message that follows from
the tick, and in every log line of those tasks. The log line of a claim also names the attempt,
which each mail carries to SES as a tag.
"""

from typing import Any

import structlog
from celery import Task
from celery.signals import before_task_publish, task_postrun, task_prerun

from kit import ids

HEADER = "checkin_tick"


@before_task_publish.connect
def _pass_on(headers: dict[str, Any], **_: object) -> None:
    """Put the tick's id into the headers of a message sent by a task; beat's have none."""
    tick = structlog.contextvars.get_contextvars().get("tick")
    if tick is not None:
        headers[HEADER] = tick


@task_prerun.connect
def _bind(task: Task, **_: object) -> None:
    tick = task.request.get(HEADER) or ids.tick_id()
    structlog.contextvars.bind_contextvars(tick=tick, job=task.name.removeprefix("tasks."))


@task_postrun.connect
def _unbind(**_: object) -> None:
    structlog.contextvars.unbind_contextvars("tick", "job")
