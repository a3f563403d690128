"""`checkin tenants bounced`."""

import csv
import sys
from datetime import UTC, datetime

import click

from checkin import connections, databases
from kit import settings
from tenants.handover import bounces

HEADER = ("tenant_ref", "email")


@click.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), default="2020-01-01", metavar="DATE")
def bounced(since: datetime) -> None:
    """List the tenants whom the monthly email cannot reach, as CSV.

    Their address bounces for good, or they marked the email as spam; nothing is mailed to it any
    more. A tenant with a new address on the roster is mailed again.

    \b
    Example:  checkin tenants bounced --since 2026-12-01
    """
    chosen = settings.load()
    door = databases.door(chosen)
    try:
        with connections.migrated_platform(chosen) as platform:
            found = bounces.unreached(platform, door, since=since.replace(tzinfo=UTC))
    finally:
        door.dispose()
    csv.writer(sys.stdout, lineterminator="\n").writerows([HEADER, *found])
