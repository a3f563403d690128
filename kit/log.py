"""Structured logs that contain ids, never an address or a token.

After a line is rendered, a last filter blanks everything that looks like an email address or a
signed link, so that none leaves in a nested value or an exception's text.
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
"""Libraries whose warnings alone are logged; Celery's two log a line for every message."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}(?:\.|%2[Ee])[A-Za-z0-9_-]{20,}")


def scrub(text: str) -> str:
    """Blank addresses and tokens in a text."""
    if "@" in text or "%40" in text:
        text = ADDRESS.sub("[address]", text)
    return TOKEN.sub("[token]", text)


class Scrubbed(structlog.stdlib.ProcessorFormatter):
    """A formatter that renders a record, then blanks addresses and tokens."""

    def __init__(self, *, shared: Sequence[Processor], renderer: Processor) -> None:
        self._renderer = renderer
        super().__init__(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[self.remove_processors_meta, format_exc_info, renderer],
        )

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; our own records skip the costly processing of a library's."""
        is_own = isinstance(record.msg, dict)
        return scrub(self._finished(record) if is_own else super().format(record))

    def _finished(self, record: logging.LogRecord) -> str:
        line = format_exc_info(None, record.levelname, dict(cast(EventDict, record.msg)))
        return str(self._renderer(None, record.levelname, line))


def configure(
    *, level: int = logging.INFO, json: bool | None = None, stream: TextIO | None = None
) -> None:
    """Send all logging, this project's and its libraries', through one formatter.

    Loggers that were used before follow, because they read the level at each call. Output goes to
    `stream` (default: stderr), as JSON unless it is a terminal.
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
    """Return a logger; pass ids as keywords: `log.info("batch sent", campaign=7, size=50)`."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger
