"""`checkin campaigns sheet`: the outcome of every recipient of a month."""

import json

import click
from botocore.exceptions import BotoCoreError, ClientError

from campaigns.ses import account
from campaigns.watching import reconciliation
from campaigns.watching.reconciliation import AccountCount, Sheet
from checkin import connections
from checkin.cli_errors import Stop
from kit import aws, settings
from kit.clock import utc_now


@click.command()
@click.argument("month")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON.")
def sheet(month: str, as_json: bool) -> None:
    """Check that list = sent + failed + left out; exit 1 if not, or if a mail is still open.

    Amazon SES is asked for its own count if the credentials allow it.

    \b
    Example:  checkin campaigns sheet 2026-12
    """
    counted = _account_count()
    with connections.migrated_campaign(settings.load()) as database, database.reading() as session:
        found = reconciliation.of(session, month, account=counted)
    click.echo(json.dumps(reconciliation.as_json(found)) if as_json else _page(found))
    if not found.is_balanced:
        raise Stop(found.sentences[0])


def _account_count() -> AccountCount | None:
    """Return SES's own count; None if it cannot be asked, so that the last stored one is used."""
    try:
        limits = account.read_limits(aws.ses_for_asking())
    except (BotoCoreError, ClientError):
        return None
    return AccountCount(int(limits["sent_last_day"]), utc_now())


def _page(found: Sheet) -> str:
    rows = [("On the list", found.audience)]
    rows += [(name.capitalize(), found.counts[name]) for name in reconciliation.ENDED]
    rows += [("Open", found.still_open)]
    lines = [f"{label + ':':<13}{number:>12,}" for label, number in rows]
    lines += [f"  {state}, {cause}: {number:,}" for state, cause, number in found.causes]
    return "\n".join([*lines, *found.sentences])
