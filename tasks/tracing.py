"""One id from a tick to every mail it set off.

A tick is named when it begins. Its name goes along in the header of each message that the tick
sends, and of each that those jobs send, and stands in every log line in between; a claim's line
names the attempt, which the mail itself carries to SES as a tag.
"""

from typing import Any

import structlog
from celery import Task
from celery.signals import before_task_publish, task_postrun, task_prerun

from kit import ids

HEADER = "checkin_tick"


@before_task_publish.connect
def _pass_on(headers: dict[str, Any], **_: object) -> None:
    """A message that a job sends carries the job's tick; beat's own messages carry none."""
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
