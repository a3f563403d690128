"""The console's Flask application."""

from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import timedelta
from functools import partial

from flask import Flask
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined

from campaigns.planning.letters import Mailer
from campaigns.watching import readiness
from console import (
    access,
    context,
    cross_site,
    errors,
    page_help,
    routing,
    security,
    sessions,
    single_sign_on,
    words,
)
from console.mailing import PostRoom, ses_mailer
from console.pages import (
    audit,
    campaign_actions,
    campaigns,
    health,
    history,
    message,
    reports,
    series,
    sharing,
    sign_in,
    staff,
    suppressions,
    timing,
    write,
    write_paste,
    write_preview,
    year,
)
from console.pages import single_sign_on as single_sign_on_pages
from kit import proxies
from kit.clock import Clock, utc_now
from kit.database import Database
from kit.limits import Limiter, Rate
from kit.readiness import IsCurrent
from kit.settings import Settings
from kit.templating import TEMPLATES
from kit.watch import Watch
from links import urls
from links.keys import Ring

TEST_SENDS = Rate(10, timedelta(minutes=15))
FORM_MAX_BYTES = 2 * 1024 * 1024
BODY_REFUSED_UNREAD = 4 * 1024 * 1024
"""Bytes. A smaller body is read and refused with a page; a larger one is not read."""

MENU = (
    ("year", "The year", access.EVERY_ROLE),
    ("reports", "Figures", access.EVERY_ROLE),
    ("suppressions", "Suppression list", access.WORKING),
    ("audit", "Audit", access.WORKING),
    ("staff", "Staff", access.ADMIN),
)
AREAS = (
    health,
    sign_in,
    single_sign_on_pages,
    year,
    campaigns,
    campaign_actions,
    message,
    write,
    write_paste,
    write_preview,
    history,
    timing,
    sharing,
    series,
    reports,
    suppressions,
    audit,
    staff,
)


def create_app(
    *,
    settings: Settings,
    campaign: Database,
    is_current: IsCurrent,
    clock: Clock = utc_now,
    mailer: Mailer | None = None,
    post_room: Executor | None = None,
) -> Flask:
    """Return the console on the campaign database.

    `mailer` (default: SES) sends the sign-in links, in the threads of `post_room`.

    Raises:
        Refused: there is no key file.
        BadInput: a line of the key file is not a key.
    """
    app = Flask(__name__, template_folder=str(TEMPLATES))
    ring = Ring(settings.secret_key_file)
    app.session_interface = sessions.Cookies(ring)
    urls.register(app.url_map)
    _configure(app, settings)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions[context.EXTENSION] = context.Console(
        settings=settings,
        campaign=campaign,
        ring=ring,
        clock=clock,
        mailer=mailer or ses_mailer(settings),
        post_room=PostRoom(post_room or ThreadPoolExecutor(1, thread_name_prefix="post-room")),
        test_sends=Limiter(TEST_SENDS),
        single_sign_on=single_sign_on.configured(app, settings),
        watch=Watch(
            partial(
                readiness.problems,
                settings,
                campaign.to_look_at,
                is_current=is_current,
                clock=clock,
            )
        ),
    )
    _assemble(app, settings)
    proxies.serve_in_folder(app, settings.console_url)
    proxies.trust(app, settings.proxy_hops)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    is_https = settings.console_url.startswith("https://")
    app.config.update(
        SESSION_COOKIE_NAME="__Host-checkin-console" if is_https else "checkin-console",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_https,
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=sessions.ABSOLUTE_LIMIT,
        MAX_CONTENT_LENGTH=FORM_MAX_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_MAX_BYTES,
        WTF_CSRF_TIME_LIMIT=int(sessions.ABSOLUTE_LIMIT.total_seconds()),
    )


def _assemble(app: Flask, settings: Settings) -> None:
    cross_site.install(app, settings.console_url)
    CSRFProtect(app)
    security.install(app, settings)
    routing.install(app)
    words.install(app)
    page_help.install(app)
    errors.install(app)
    app.before_request(access.guard)
    app.jinja_env.globals["areas"] = MENU
    app.context_processor(lambda: {"me": sessions.current()})
    for area in AREAS:
        app.register_blueprint(area.pages)
