"""For machines: does the process live, can its side do its work, how does it stand."""

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
    """The process answers."""
    return "ok\n", 200, PLAIN


@pages.get("/readyz")
def ready() -> tuple[str, int, dict[str, str]]:
    """The platform side can do its work. Why not is in the log, and in `checkin doctor`."""
    return ("ready\n", 200, PLAIN) if portal().watch.is_ready() else ("not ready\n", 503, PLAIN)


@pages.get("/metrics")
def show_metrics() -> tuple[bytes, int, Mapping[str, str]]:
    """The platform side's metrics, for whoever shows the token."""
    token_file = portal().metrics_token_file
    with portal().platform.reading() as session:
        read = partial(metrics.read, session, now=portal().clock())
        return exposition.answer(request.headers.get("Authorization"), token_file, read)
