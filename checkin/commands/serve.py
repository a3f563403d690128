"""`checkin serve`."""

import click

from checkin import connections, servers
from kit import log, settings
from kit.timeouts import WEB

CONSOLE = "127.0.0.1:8000"
PORTAL = "127.0.0.1:8001"


@click.group()
def serve() -> None:
    """Serve the console or the portal until the process is stopped.

    \b
    Example:  checkin serve portal --bind 127.0.0.1:8001
    """
    log.configure()


@serve.command()
@click.option("--bind", default=CONSOLE, show_default=True, metavar="HOST:PORT")
def console(bind: str) -> None:
    """Serve the staff's pages.

    \b
    Example:  checkin serve console --bind 0.0.0.0:8000
    """
    chosen = settings.load()
    with connections.migrated_campaign(chosen, WEB) as database:
        servers.serve(lambda address: servers.console_server(chosen, database, address), bind=bind)


@serve.command()
@click.option("--bind", default=PORTAL, show_default=True, metavar="HOST:PORT")
def portal(bind: str) -> None:
    """Serve the tenants' pages.

    \b
    Example:  checkin serve portal --bind 0.0.0.0:8001
    """
    chosen = settings.load()
    with connections.migrated_platform(chosen, WEB) as database:
        servers.serve(lambda address: servers.portal_server(chosen, database, address), bind=bind)
