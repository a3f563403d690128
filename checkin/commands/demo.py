"""`checkin demo`."""

import json
from pathlib import Path

import click

from campaigns.watching.progress import is_settled
from checkin.cli_errors import Stop
from checkin.demo import run
from checkin.demo.month import Material
from checkin.demo.screen import Screen

TENANTS = 240
a_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--once", is_flag=True, help="End when all is sent; print one line of JSON last.")
@click.option("--tenants", default=TENANTS, show_default=True, type=click.IntRange(1, 1_000_000))
@click.option("--roster", type=a_file, help="Your own roster in place of the sample.")
@click.option("--campaign", type=a_file, help="Your own campaign file; it is sent now.")
@click.option("--fast", is_flag=True, help="As fast as this machine goes.")
def demo(once: bool, tenants: int, roster: Path | None, campaign: Path | None, fast: bool) -> None:
    """Send a month's check-in to fictional tenants, and open its three pages.

    Everything runs on this machine: two SQLite files, an in-process broker, a real Celery worker
    and beat, and a stand-in for SES. Its folder, var/demo, is made anew each time.

    \b
    Examples:  checkin demo
               checkin demo --once --roster my.csv --campaign my.md
    """
    material = Material(tenants=tenants, roster=roster, campaign=campaign)
    if not once:
        run.open_to_a_person(material, Screen(), fast=fast)
        return
    shown = run.run_once(material, Screen(), fast=fast)
    click.echo(json.dumps(shown))
    if not is_settled(shown) or shown["state"] != "sent":
        raise Stop("Not every delivery is settled; var/demo/demo.log says more.")
