"""`checkin api`."""

import click

from checkin import connections
from kit import settings
from kit.clock import utc_now
from kit.errors import Refused
from tenants import api_tokens
from tenants.api_tokens import Scope
from tenants.feed import signatures


@click.group()
def api() -> None:
    """The platform's API: who may use it.

    \b
    Example:  checkin api token list
    """


@api.group()
def token() -> None:
    """Add, list and remove tokens. Only a digest of each is kept.

    \b
    Example:  checkin api token add account-page --scope replies:read
    """


@token.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="May be given more than once.",
)
@click.option("--association", help="The housing association, for submitted:read.")
def add(name: str, scopes: tuple[str, ...], association: str | None) -> None:
    """Make a token and print it, this once.

    \b
    Examples:  checkin api token add account-page --scope tenants:read --scope replies:read
               checkin api token add northfield --scope submitted:read \\
                   --association "Northfield Homes (example)"
    """
    with connections.migrated_platform(settings.load()) as database, database.writing() as session:
        made = api_tokens.add(
            session,
            name=name,
            scopes={Scope(scope) for scope in scopes},
            housing_association=association,
            now=utc_now(),
        )
    click.echo(made)


@token.command("list")
def list_() -> None:
    """Print every token's name and what it may do.

    \b
    Example:  checkin api token list
    """
    with connections.migrated_platform(settings.load()) as database, database.reading() as session:
        for row in api_tokens.everything(session):
            whose = f" of {row.housing_association}" if row.housing_association else ""
            click.echo(
                f"{row.name}: {', '.join(row.scopes)}{whose}, since {row.created_at:%Y-%m-%d}"
            )


@token.command()
@click.argument("name")
def remove(name: str) -> None:
    """Remove a token; it stops working at once.

    \b
    Example:  checkin api token remove account-page
    """
    with connections.migrated_platform(settings.load()) as database, database.writing() as session:
        api_tokens.remove(session, name=name)
    click.echo(f"{name} is removed.")


@api.command("webhook-secret")
def webhook_secret() -> None:
    """Make a secret that signs the webhook's calls, and print it for the receiver.

    It is put first in CHECKIN_WEBHOOK_SECRETS_FILE. The older ones go on signing beside it; take
    their lines out once the receiver knows the new one.

    \b
    Example:  checkin api webhook-secret
    """
    file = settings.load().webhook_secrets_file
    if file is None:
        raise Refused("Set CHECKIN_WEBHOOK_SECRETS_FILE to the file that is to hold it.")
    click.echo(signatures.add_secret(file))
