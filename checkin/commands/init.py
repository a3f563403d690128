"""`checkin init`."""

import click

from checkin import databases, key_rings
from kit import settings


@click.command()
def init() -> None:
    """Create or upgrade the databases, and make missing local keys.

    It does so for the databases that this process has URLs for, and may be repeated at any time.

    \b
    Example:  checkin init
    """
    chosen = settings.load()
    for side in databases.upgrade(chosen):
        click.echo(f"The {side} database is up to date.")
    for made in key_rings.create_missing(chosen):
        click.echo(f"Made {made}.")
