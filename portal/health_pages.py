"""Health checks and metrics."""

from collections.abc import Mapping
from functools import partial

from flask import Blueprint, request

from kit import exposition
from portal import metrics
from portal.context import portal

pages = Blueprint("health", __name__)

PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


@pages.get("/healthz")
def alive() -> tuple[str, int, dict[str, str]]:
    """Answer that the process is alive."""
    return "ok\n", 200, PLAIN


@pages.get("/readyz")
def ready() -> tuple[str, int, dict[str, str]]:
    """Answer whether the platform side can work; the log and `checkin doctor` say why not."""
    return ("ready\n", 200, PLAIN) if portal().watch.is_ready() else ("not ready\n", 503, PLAIN)


@pages.get("/metrics")
def show_metrics() -> tuple[bytes, int, Mapping[str, str]]:
    """Return the platform side's metrics to a caller with the token."""
    token_file = portal().metrics_token_file
    with portal().platform.reading() as session:
        read = partial(metrics.read, session, now=portal().clock())
        return exposition.scraped(request.headers.get("Authorization"), token_file, read)
