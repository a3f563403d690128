"""`checkin doctor`."""

import json

import click

from checkin import diagnosis
from checkin.cli_errors import Stop
from checkin.dns import Dns
from kit import settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="A JSON array of {name, ok, message}.")
@click.option("--dns", "with_dns", is_flag=True, help="Look each DNS record of SES's up, too.")
def doctor(as_json: bool, with_dns: bool) -> None:
    """Check settings, databases, clocks, broker, keys, SES and its event queue.

    One line each: ok, or what to do; exit 1 if something is not ok.

    \b
    Example:  checkin doctor --dns
    """
    chosen = settings.load()
    found = []
    for finding in diagnosis.examine(chosen, dns=Dns(chosen.dns_server) if with_dns else None):
        found.append(finding)
        if not as_json:
            click.echo(finding)
    if as_json:
        click.echo(json.dumps([finding.as_json() for finding in found]))
    if unwell := sum(not finding.ok for finding in found):
        raise Stop(f"{unwell} of {len(found)} checks are not ok.")
