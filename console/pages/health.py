"""For machines: does the process live, can its side do its work, how does it stand."""

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
    """The process answers."""
    return "ok\n", TEXT


@pages.get("/readyz")
@access.allow(access.ANYBODY)
def readyz() -> tuple[str, int, dict[str, str]]:
    """The campaign side can do its work. Why not is in the log, and in `checkin doctor`."""
    return ("ready\n", 200, TEXT) if here().watch.is_ready() else ("not ready\n", 503, TEXT)


@pages.get("/metrics")
@access.allow(access.ANYBODY)
def show_metrics() -> tuple[bytes, int, Mapping[str, str]]:
    """The campaign side's metrics, for whoever shows the token."""
    token_file = here().settings.metrics_token_file
    with here().campaign.reading() as session:
        read = partial(metrics.read, session, now=here().now)
        return exposition.answer(request.headers.get("Authorization"), token_file, read)
