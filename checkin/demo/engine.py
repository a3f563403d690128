"""A real Celery worker for both queues and a real beat, in threads of this process."""

import importlib
import logging
import os
import threading
from types import TracebackType
from typing import Any, Self

from celery import Celery
from celery.beat import Service
from celery.worker import state as worker_state

QUEUES = ["campaign", "platform"]
HANDS = 4
POLL_SECONDS = 0.05
BEAT_NAP_SECONDS = 0.2
LEAVE_SECONDS = 10.0


class Engine:
    """Worker and beat. Enter it after the environment is set: the Celery app reads it once."""

    def __init__(self) -> None:
        self._app: Celery = importlib.import_module("tasks").app
        self._app.conf.broker_transport_options = {"polling_interval": POLL_SECONDS}
        self._app.conf.beat_max_loop_interval = BEAT_NAP_SECONDS
        self._worker: Any = self._app.WorkController(
            pool="threads",
            concurrency=HANDS,
            queues=QUEUES,
            loglevel=logging.INFO,
            without_heartbeat=True,
            without_mingle=True,
            without_gossip=True,
        )
        self._beat = Service(self._app, scheduler_cls=self._app.conf.beat_scheduler)
        self._threads = [
            threading.Thread(target=self._worker.start, name="worker", daemon=True),
            threading.Thread(target=self._beat.start, name="beat", daemon=True),
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Stop both gracefully, as a signal would; beat's tick wakes the worker."""
        worker_state.should_stop = os.EX_OK
        worker, beat = self._threads
        worker.join(LEAVE_SECONDS)
        self._beat.stop()
        beat.join(LEAVE_SECONDS)
        worker_state.should_stop = None
