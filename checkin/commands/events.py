"""`checkin events`."""

import click

from campaigns.sending import set_aside
from checkin import connections
from kit import settings


@click.group()
def events() -> None:
    """What SES says of the mail: messages that could not be read are set aside.

    \b
    Example:  checkin events list
    """


@events.command("list")
def list_() -> None:
    """List the messages that are set aside: number, time in UTC, and length.

    \b
    Example:  checkin events list
    """
    with connections.campaign(settings.load()) as database, database.reading() as session:
        for row in set_aside.listed(session):
            asked = "  asked for again" if row.is_asked_again else ""
            length = len(row.body)
            click.echo(f"{row.id}  {row.received_at:%Y-%m-%d %H:%M}  {length:,} characters{asked}")


@events.command()
@click.argument("number", type=int)
def show(number: int) -> None:
    """Print one message as it came. It may hold a tenant's address.

    \b
    Example:  checkin events show 1
    """
    with connections.campaign(settings.load()) as database, database.reading() as session:
        click.echo(set_aside.find(session, number).body)


@events.command("take-again")
def take_again() -> None:
    """Have a worker take every message that is set aside once more.

    \b
    Example:  checkin events take-again
    """
    with connections.campaign(settings.load()) as database, database.writing() as session:
        number = set_aside.ask_again(session)
    click.echo(f"A worker takes {number} of them at its next look.")
