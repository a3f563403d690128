"""The console and the portal as web servers of this process."""

import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

import console.app
import console.context
import portal.app
import portal.context
from checkin import databases
from kit import web_server
from kit.database import Database
from kit.errors import BadInput, Problem
from kit.settings import Settings
from kit.web_server import Server

PORT_MAX = 65_535


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens; port 0 picks a free one."""

    host: str
    port: int

    @classmethod
    def read(cls, written: str) -> "Address":
        """Read `HOST:PORT`; BadInput if it is not one."""
        host, _, port = written.rpartition(":")
        if not (host and port.isascii() and port.isdigit() and int(port) <= PORT_MAX):
            problem = "is not an address; write HOST:PORT, e.g. 127.0.0.1:8000"
            raise BadInput([Problem(f"--bind {written}", problem)])
        return cls(host.strip("[]"), int(port))

    def try_out(self) -> None:
        """Open and close it; raises OSError if it cannot be used."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        socket.create_server((self.host, self.port), family=family).close()


def console_server(settings: Settings, campaign: Database, at: Address) -> Server:
    """Return a bound server of the console."""
    app = console.app.create_app(
        settings=settings, campaign=campaign, is_current=databases.campaign_is_current
    )
    body_max, watch = console.app.BODY_REFUSED_UNREAD, console.context.of(app).watch
    return web_server.bind(app, host=at.host, port=at.port, body_max=body_max, watch=watch)


def portal_server(settings: Settings, platform: Database, at: Address) -> Server:
    """Return a bound server of the portal."""
    app = portal.app.create_app(
        settings=settings, platform=platform, is_current=databases.platform_is_current
    )
    body_max, watch = portal.app.BODY_REFUSED_UNREAD, portal.context.portal_of(app).watch
    return web_server.bind(app, host=at.host, port=at.port, body_max=body_max, watch=watch)


def serve(bound: Callable[[Address], Server], *, bind: str) -> None:
    """Serve until SIGINT or SIGTERM; BadInput if the address cannot be used."""
    address = Address.read(bind)
    try:
        address.try_out()
    except OSError as error:
        problem = f"cannot be opened: {os.strerror(error.errno or 0)}; choose another"
        raise BadInput([Problem(f"--bind {bind}", problem)]) from None
    server = bound(address)
    signal.signal(signal.SIGTERM, _end)
    print(f"http://{address.host}:{server.effective_port}", file=sys.stderr)
    server.run()


def _end(*_: object) -> NoReturn:
    raise SystemExit(0)
