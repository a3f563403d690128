"""`checkin replies`."""

import json

import click

from checkin import connections
from kit import settings
from kit.clock import utc_now
from replies.vault.sealing import open_vault
from tenants.rights import break_glass


@click.group()
def replies() -> None:
    """Open one reply in an emergency. There is no other way to a single answer.

    \b
    Example:  checkin replies open T-001 --month 2026-12 --reason "complaint 17: a lost reply" \\
                  --by officer@example.org --second manager@example.org
    """


@replies.command("open")
@click.argument("ref")
@click.option("--month", required=True, help="The reply's month, such as 2026-12.")
@click.option("--reason", required=True, help="Why; it is kept, and the tenant can read it.")
@click.option("--by", required=True, metavar="EMAIL", help="Who opens it.")
@click.option("--second", required=True, metavar="EMAIL", help="Who agreed: somebody else.")
def open_(ref: str, month: str, reason: str, by: str, second: str) -> None:
    """Break the glass: print one reply as JSON.

    It is logged for good, and the tenant is told by email and on their own page.

    \b
    Example:  checkin replies open T-001 --month 2026-12 --reason "complaint 17: a lost reply" \\
                  --by officer@example.org --second manager@example.org
    """
    chosen = settings.load()
    vault = open_vault(chosen.vault_keys)
    with connections.migrated_platform(chosen) as database, database.writing() as session:
        reply = break_glass.open_reply(
            session,
            vault,
            ref=ref,
            month=month,
            reason=reason,
            by=by,
            second=second,
            now=utc_now(),
        )
    click.echo(json.dumps(reply, ensure_ascii=False, indent=2, sort_keys=True))
    click.echo("This is logged, and the tenant is told.", err=True)
