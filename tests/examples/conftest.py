"""A portal that listens, and the example's Django project set up against it."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
import pytest
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.test.utils import setup_test_environment

from kit import web_server
from kit.database import Database
from tenants.api_tokens import Scope
from tenants.feed import signatures
from tests.api.client import ASSOCIATION, caller
from tests.portal.site import PortalSite, build

EXAMPLE = Path(__file__).parents[2] / "examples" / "django"
BODY_MAX = 4 * 1024 * 1024
OF_THE_PLATFORM = (
    Scope.TENANTS_READ,
    Scope.TENANTS_WRITE,
    Scope.REPLIES_READ,
    Scope.CHANGES_READ,
)


@dataclass(frozen=True)
class Joined:
    """The portal, where it listens, and the webhook that the example answers."""

    site: PortalSite
    url: str
    webhook_url: str
    secrets: Path


@pytest.fixture(scope="module")
def joined(
    sqlite_files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Joined]:
    """Made once: Django can be set up once in a process."""
    folder = tmp_path_factory.mktemp("joined")
    (folder / "platform.db").write_bytes(sqlite_files["platform"].read_bytes())
    site = build(Database(f"sqlite:///{folder}/platform.db"), folder / "keys")
    with _serving(site) as url, pytest.MonkeyPatch.context() as patched:
        secret = signatures.add_secret(folder / "webhook")
        tokens = {ASSOCIATION: caller(site, Scope.SUBMITTED_READ, association=ASSOCIATION).token}
        for name, value in {
            "DJANGO_SETTINGS_MODULE": "platform_site.settings",
            "DJANGO_DATABASE": str(folder / "django.sqlite3"),
            "CHECKIN_URL": url,
            "CHECKIN_TOKEN": caller(site, *OF_THE_PLATFORM).token,
            "CHECKIN_SUBMITTED_TOKENS": json.dumps(tokens),
            "CHECKIN_WEBHOOK_SECRET": secret,
        }.items():
            patched.setenv(name, value)
        patched.setattr(sys, "path", [str(EXAMPLE), *sys.path])
        patched.setattr(sys, "dont_write_bytecode", True)
        django.setup()
        setup_test_environment()
        call_command("migrate", verbosity=0)
        with _answering() as webhook_url:
            yield Joined(site, url, webhook_url, folder / "webhook")


@contextmanager
def _serving(site: PortalSite) -> Iterator[str]:
    server = web_server.bind(site.app, host="127.0.0.1", port=0, body_max=BODY_MAX)
    with _running(server.run, server.close):
        yield f"http://127.0.0.1:{server.effective_port}"


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Requests are looked at, not listed."""


@contextmanager
def _answering() -> Iterator[str]:
    with (
        make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=_Quiet) as server,
        _running(lambda: server.serve_forever(poll_interval=0.05), server.shutdown),
    ):
        yield f"http://127.0.0.1:{server.server_port}/checkin/changes"


@contextmanager
def _running(run: Callable[[], None], stop: Callable[[], None]) -> Iterator[None]:
    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop()
        thread.join()
