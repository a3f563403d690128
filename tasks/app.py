"""The Celery app. Wrong settings end the process with a sentence for each variable."""

import sys

from celery import Celery
from celery.signals import setup_logging, worker_process_init

from kit import log, settings
from tasks import process, tracing

try:
    settings.load()
except settings.SettingsError as error:
    sys.exit(str(error))

app = Celery("checkin", include=[tracing.__name__, "tasks.campaign", "tasks.platform"])
app.config_from_object("celeryconfig")


@setup_logging.connect
def _configure_logging(**_: object) -> None:
    log.configure()


@worker_process_init.connect
def _start_afresh(**_: object) -> None:
    """Drop what the parent built: a forked child must not share its connections."""
    process.start_afresh()
