"""The portal for gunicorn: `gunicorn 'checkin.wsgi:portal()'`.

gunicorn logs through this project's formatter, which blanks tokens and addresses: for a malformed
request, gunicorn logs the line that contains the token.
"""

import logging

from flask import Flask

from checkin import databases
from kit import log, memory, settings
from kit.timeouts import WEB
from portal import context
from portal.app import create_app

SERVER_LOGGERS = ("gunicorn.error", "gunicorn.access")


def portal() -> Flask:
    """Return the portal on the database that the environment names.

    Raises:
        SettingsError: a variable is malformed, missing or unsafe.
        Refused, BadInput: a key ring is missing or broken.
    """
    log.configure()
    for name in SERVER_LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    chosen = settings.load()
    application = create_app(
        settings=chosen,
        platform=databases.platform(chosen, WEB),
        is_current=databases.platform_is_current,
    )
    context.portal_of(application).watch.start()
    memory.keep_for_good()
    return application
