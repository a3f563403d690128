"""`checkin staff`."""

import click

from campaigns import staff as members
from campaigns import staff_tokens
from campaigns.models import Role
from checkin import connections
from console import sign_in
from kit import settings
from kit.clock import utc_now
from links import keys

BY = "command line"


@click.group()
def staff() -> None:
    """Who may write, approve and read on the console.

    \b
    Example:  checkin staff add author@example.org --role author
    """


@staff.command()
@click.argument("email")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="May be given more than once.",
)
def add(email: str, roles: tuple[str, ...]) -> None:
    """Add somebody, or give somebody who is here more roles.

    \b
    Example:  checkin staff add approver@example.org --role approver --role analyst
    """
    with connections.migrated_campaign(settings.load()) as database, database.writing() as session:
        granted = [Role(role) for role in roles]
        member = members.add(session, email=email, roles=granted, by=BY, now=utc_now())
        click.echo(f"{member.email}: {', '.join(member.roles)}")


@staff.command("list")
def list_() -> None:
    """Print everybody and their roles, a line each.

    \b
    Example:  checkin staff list
    """
    with connections.migrated_campaign(settings.load()) as database, database.reading() as session:
        for member in members.everybody(session):
            click.echo(f"{member.email}: {', '.join(member.roles)}")


@staff.command()
@click.argument("email")
def remove(email: str) -> None:
    """Remove somebody; their sessions end at once.

    \b
    Example:  checkin staff remove author@example.org
    """
    with connections.migrated_campaign(settings.load()) as database, database.writing() as session:
        members.remove(session, email=email, by=BY, now=utc_now())
    click.echo(f"{email} is removed.")


@staff.command()
@click.argument("email")
def link(email: str) -> None:
    """Print a one-time sign-in link for the console, good for 15 minutes.

    \b
    Example:  checkin staff link author@example.org
    """
    chosen = settings.load()
    ring = keys.load(chosen.secret_key_file)
    with connections.migrated_campaign(chosen) as database, database.writing() as session:
        address = sign_in.new_link(
            session, email=email, keys=ring, console_url=chosen.console_url, now=utc_now()
        )
    click.echo(address)


@staff.group()
def token() -> None:
    """Tokens with which a script fetches the released figures, and nothing else.

    \b
    Example:  checkin staff token list
    Then:     curl -H "Authorization: Bearer $TOKEN" https://console.example.org/reports/all.csv
    """


@token.command("add")
@click.argument("email")
@click.option("--name", required=True, help="What it is for; each name once.")
def add_token(email: str, name: str) -> None:
    """Make a token for somebody on staff and print it, this once only.

    \b
    Example:  checkin staff token add analyst@example.org --name "monthly notebook"
    """
    with connections.migrated_campaign(settings.load()) as database, database.writing() as session:
        click.echo(staff_tokens.add(session, email=email, name=name, by=BY, now=utc_now()))


@token.command("list")
def list_tokens() -> None:
    """Print every token's name, owner and day, a line each.

    \b
    Example:  checkin staff token list
    """
    with connections.migrated_campaign(settings.load()) as database, database.reading() as session:
        for each in staff_tokens.everything(session):
            click.echo(f"{each.name}: {each.email}, since {each.added_at:%Y-%m-%d}")


@token.command("remove")
@click.argument("name")
def remove_token(name: str) -> None:
    """Remove a token; it stops working at once.

    \b
    Example:  checkin staff token remove "monthly notebook"
    """
    with connections.migrated_campaign(settings.load()) as database, database.writing() as session:
        staff_tokens.remove(session, name=name, by=BY, now=utc_now())
    click.echo(f"The token “{name}” is removed.")
