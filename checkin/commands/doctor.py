"""`checkin doctor`."""

import json

import click

from checkin import diagnosis
from checkin.cli_errors import Stop
from kit import settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="A JSON array of {name, ok, message}.")
def doctor(as_json: bool) -> None:
    """Look at settings, databases, broker, keys, SES and its event queue.

    One line each: ok, or what to do; exit 1 if something is not ok.

    \b
    Example:  checkin doctor
    """
    chosen = settings.load()
    found = []
    for finding in diagnosis.examine(chosen):
        found.append(finding)
        if not as_json:
            click.echo(finding)
    if as_json:
        click.echo(json.dumps([finding.as_json() for finding in found]))
    if unwell := sum(not finding.ok for finding in found):
        raise Stop(f"{unwell} of {len(found)} checks are not ok.")
