"""Structured logs that carry ids, never an address or a token.

Every line passes a last filter, after it was rendered, that blanks whatever looks like an email
address or a signed link, so that neither a nested value nor an exception's text carries one out.
"""

import logging
import re
import sys
from typing import TextIO

import structlog
from structlog.typing import Processor

ADDRESS = re.compile(r"[^\s<>\"'@,;:/?=]{1,128}(?:@|%40)[\w.-]+", re.IGNORECASE)
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}(?:\.|%2E)[A-Za-z0-9_-]{20,}", re.IGNORECASE)


def scrub(text: str) -> str:
    """Blank addresses and tokens in a text."""
    if "@" in text or "%40" in text:
        text = ADDRESS.sub("[address]", text)
    return TOKEN.sub("[token]", text)


class Scrubbed(structlog.stdlib.ProcessorFormatter):
    """Renders a record, then blanks what may not be in it."""

    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))


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
    handler.setFormatter(
        Scrubbed(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("botocore", "urllib3", "kombu", "alembic", "werkzeug"):
        logging.getLogger(noisy).setLevel(max(level, logging.WARNING))


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger; pass ids as keywords: `log.info("batch sent", campaign=7, size=50)`."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger
