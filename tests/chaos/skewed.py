"""Run Celery in a process whose wall clock is wrong: `python -m tests.chaos.skewed SECONDS ...`.

The product knows nothing of it: `time.time` and `datetime.now` are replaced before it is imported.
After a transient failure a mail waits seconds here, not minutes, as all else is faster, too; so
does a worker that AWS refuses.
"""

import datetime
import sys
import time
from datetime import datetime as right_datetime
from datetime import timedelta, tzinfo
from typing import Any

right_time = time.time
FIRST_WAIT = timedelta(seconds=2)
REST = 3.0


def command(seconds: float) -> list[str]:
    """What begins a Celery command in a process whose clock is wrong by so many seconds."""
    return [sys.executable, "-m", __name__, str(seconds), "-A", "tasks"]


class _Any(type):
    """Whatever is a datetime is also one of these: most are made by code written in C."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, right_datetime)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, right_datetime)


def put_wrong(seconds: float) -> None:
    """Put this process's wall clock wrong by so many seconds."""

    class Wrong(right_datetime, metaclass=_Any):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return right_datetime.now(tz) + timedelta(seconds=seconds)

        @classmethod
        def utcnow(cls) -> Any:
            return right_datetime.now(datetime.UTC).replace(tzinfo=None) + timedelta(
                seconds=seconds
            )

    datetime.datetime = Wrong  # type: ignore[misc]
    time.time = lambda: right_time() + seconds


def main(seconds: float, arguments: list[str]) -> None:
    import psycopg  # noqa: F401, PLC0415 - it must learn to write the right class first

    if seconds:
        put_wrong(seconds)
    from celery.bin.celery import main as celery  # noqa: PLC0415

    from campaigns.sending import deliveries  # noqa: PLC0415
    from tasks import aws_access  # noqa: PLC0415

    deliveries.FIRST_WAIT, aws_access.REST = FIRST_WAIT, REST
    sys.argv = ["celery", *arguments]
    celery()


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2:])
