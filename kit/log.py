"""Structured logs that carry ids, never an address or a token.

Every line passes a last filter, after it was rendered, that blanks whatever looks like an email
address or a signed link, so that neither a nested value nor an exception's text carries one out.
"""

import logging
import re
import sys
from collections.abc import Sequence
from typing import TextIO, cast

import structlog
from structlog.processors import format_exc_info
from structlog.typing import EventDict, Processor

ADDRESS = re.compile(r"[^\s<>\"'@,;:/?=]{1,128}(?:@|%40)[\w.-]+")
NOISY = (
    *("botocore", "urllib3", "kombu", "alembic", "werkzeug"),
    *("celery.worker.strategy", "celery.app.trace"),
)
"""Libraries of which only warnings are written; Celery's two say something of every message."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}(?:\.|%2[Ee])[A-Za-z0-9_-]{20,}")


def scrub(text: str) -> str:
    """Blank addresses and tokens in a text."""
    if "@" in text or "%40" in text:
        text = ADDRESS.sub("[address]", text)
    return TOKEN.sub("[token]", text)


class Scrubbed(structlog.stdlib.ProcessorFormatter):
    """Renders a record, then blanks what may not be in it."""

    def __init__(self, *, shared: Sequence[Processor], renderer: Processor) -> None:
        self._renderer = renderer
        super().__init__(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[self.remove_processors_meta, format_exc_info, renderer],
        )

    def format(self, record: logging.LogRecord) -> str:
        """A line of our own comes complete; making one of a library's record costs far more."""
        is_own = isinstance(record.msg, dict)
        return scrub(self._finished(record) if is_own else super().format(record))

    def _finished(self, record: logging.LogRecord) -> str:
        line = format_exc_info(None, record.levelname, dict(cast(EventDict, record.msg)))
        return str(self._renderer(None, record.levelname, line))


def configure(
    *, level: int = logging.INFO, json: bool | None = None, stream: TextIO | None = None
) -> None:
    """Send all logging, this project's and its libraries', through one formatter.

    Loggers that were used before follow: they ask the standard library for the level each time. It
    goes to `stream` (default: stderr), as JSON unless that is a terminal.
    """
    target = stream or sys.stderr
    as_json = not target.isatty() if json is None else json
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.NOTSET),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(Scrubbed(shared=shared, renderer=renderer))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(max(level, logging.WARNING))


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger; pass ids as keywords: `log.info("batch sent", campaign=7, size=50)`."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger
