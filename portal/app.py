"""The portal's Flask application."""

import hashlib
import traceback
from functools import partial
from pathlib import Path
from types import TracebackType

from flask import Flask
from jinja2 import StrictUndefined

from kit import languages, proxies
from kit.clock import Clock, utc_now
from kit.database import Database
from kit.log import get_logger
from kit.readiness import IsCurrent
from kit.settings import Settings
from kit.templating import TEMPLATES
from kit.watch import Watch
from links import urls
from links.keys import Ring
from portal import (
    complaint_pages,
    errors,
    free_help,
    going_back,
    headers,
    health_pages,
    language,
    plain_pages,
    readiness,
    real_page,
    reply_pages,
    stop_pages,
)
from portal.api import routes as api
from portal.context import EXTENSION, Portal
from portal.data import pages as data_pages
from portal.data import periods
from replies.vault import sealing

BODY_MAX = 16 * 1024
FIELDS_MAX = 200
BODY_REFUSED_UNREAD = 4 * 1024 * 1024
"""Bytes. A smaller body is read and refused with a page; a larger one is not read."""

log = get_logger(__name__)

ExcInfo = tuple[type, BaseException, TracebackType | None] | tuple[None, None, None]


class PortalApp(Flask):
    """A Flask application that does not log the path of a failed request, which has the token."""

    def log_exception(self, exc_info: ExcInfo) -> None:
        kind, _error, frames = exc_info
        log.error(
            "request failed",
            route=headers.route(),
            error=kind.__name__ if kind else "unknown",
            frames="".join(traceback.format_tb(frames)),
        )


def create_app(
    *, settings: Settings, platform: Database, is_current: IsCurrent, clock: Clock = utc_now
) -> Flask:
    """The portal on the platform's database.

    Raises:
        Refused, BadInput: a key ring, which is named, is missing or malformed.
    """
    folder = TEMPLATES / "portal"
    app = PortalApp("portal", template_folder=str(folder), static_folder=str(folder / "static"))
    app.config.update(
        MAX_CONTENT_LENGTH=BODY_MAX, MAX_FORM_MEMORY_SIZE=BODY_MAX, MAX_FORM_PARTS=FIELDS_MAX
    )
    app.extensions[EXTENSION] = Portal(
        platform=platform,
        vault=sealing.open_vault(settings.vault_keys),
        link_keys=Ring(settings.link_keys_file),
        clock=clock,
        watch=Watch(
            partial(
                readiness.problems,
                settings,
                platform.to_look_at,
                is_current=is_current,
                clock=clock,
            )
        ),
        sender_keeps=settings.keep_deliveries,
        metrics_token_file=settings.metrics_token_file,
    )
    urls.register(app.url_map)
    for module in (
        real_page,
        reply_pages,
        stop_pages,
        plain_pages,
        complaint_pages,
        data_pages,
        health_pages,
    ):
        app.register_blueprint(module.pages)
    api.register(app)
    errors.register(app)
    headers.register(app, is_https=settings.portal_url.startswith("https://"))
    _prepare_templates(app, stylesheet=folder / "static" / "portal.css")
    app.jinja_env.globals.update(
        kept=periods.kept_periods(settings),
        named=periods.named(settings),
        free_help={
            code: free_help.RenderedHelp(app.jinja_env, free_help.read(code))
            for code in languages.ALL
        },
        imprint=real_page.imprint_of(settings),
    )
    proxies.serve_in_folder(app, settings.portal_url)
    if settings.proxy_hops:
        proxies.trust(app, settings.proxy_hops)
    return app


def _prepare_templates(app: Flask, *, stylesheet: Path) -> None:
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    language.register(app)
    going_back.register(app)
    version = hashlib.sha256(stylesheet.read_bytes()).hexdigest()[:12]
    environment.globals.update(stylesheet_version=version)
