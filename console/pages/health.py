"""Health checks and metrics."""

from collections.abc import Mapping
from functools import partial

from flask import Blueprint, request

from campaigns.watching import metrics
from console import access
from console.context import here
from kit import exposition

pages = Blueprint("health", __name__)

TEXT = {"Content-Type": "text/plain; charset=utf-8"}


@pages.get("/healthz")
@access.allow(access.ANYBODY)
def healthz() -> tuple[str, dict[str, str]]:
    """Answer that the process is alive."""
    return "ok\n", TEXT


@pages.get("/readyz")
@access.allow(access.ANYBODY)
def readyz() -> tuple[str, int, dict[str, str]]:
    """Answer whether the campaign side can work; the log and `checkin doctor` say why not."""
    return ("ready\n", 200, TEXT) if here().watch.is_ready() else ("not ready\n", 503, TEXT)


@pages.get("/metrics")
@access.allow(access.ANYBODY)
def show_metrics() -> tuple[bytes, int, Mapping[str, str]]:
    """Return the campaign side's metrics to a caller with the token."""
    token_file = here().settings.metrics_token_file
    with here().campaign.reading() as session:
        read = partial(metrics.read, session, now=here().now)
        return exposition.scraped(request.headers.get("Authorization"), token_file, read)
