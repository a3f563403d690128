"""`checkin events`."""

import click

from campaigns.sending import set_aside
from checkin import connections
from kit import settings


@click.group()
def events() -> None:
    """Messages from the SES event queue that could not be read and were set aside.

    \b
    Example:  checkin events list
    """


@events.command("list")
def list_() -> None:
    """List the messages that are set aside: number, time in UTC, and length.

    \b
    Example:  checkin events list
    """
    with connections.migrated_campaign(settings.load()) as database, database.reading() as session:
        for row in set_aside.listed(session):
            asked = "  asked for again" if row.is_asked_again else ""
            length = len(row.body)
            click.echo(f"{row.id}  {row.received_at:%Y-%m-%d %H:%M}  {length:,} characters{asked}")


@events.command()
@click.argument("number", type=int)
def show(number: int) -> None:
    """Print one message unchanged. It may contain a tenant's address.

    \b
    Example:  checkin events show 1
    """
    with connections.migrated_campaign(settings.load()) as database, database.reading() as session:
        click.echo(set_aside.find(session, number).body)


@events.command("take-again")
def take_again() -> None:
    """Ask a worker to process every message that was set aside again.

    \b
    Example:  checkin events take-again
    """
    with connections.migrated_campaign(settings.load()) as database, database.writing() as session:
        number = set_aside.ask_again(session)
    click.echo(f"A worker takes {number} of them at its next look.")
