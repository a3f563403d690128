"""`checkin tenants`."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TextIO

import click
from sqlalchemy.orm import Session

from checkin import connections
from checkin.cli_errors import Stop
from checkin.commands.adopt import adopt
from checkin.commands.bounced import bounced
from kit import settings
from kit.clock import utc_now
from kit.errors import BadInput, Problem
from kit.months import named
from replies.vault.sealing import open_vault
from tenants.models import Tenant
from tenants.rights import break_glass, evidence, reply_rights, rights
from tenants.rights import export as exports
from tenants.roster import imports

SOURCE = "command line"

Change = Callable[[Session, Tenant, datetime], object]


@click.group()
def tenants() -> None:
    """The roster, and what a tenant may ask for. REF is the tenant's reference.

    \b
    Example:  checkin tenants import imports.csv --dry-run
    """


tenants.add_command(adopt)
tenants.add_command(bounced)


@tenants.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
def import_(file: Path, dry_run: bool) -> None:
    """Create and update tenants from a CSV file.

    Bad rows are named by line and left out, the good ones are kept; exit 1 if there was a bad one.

    \b
    Example:  checkin tenants import imports.csv --dry-run
    """
    with (
        file.open("rb") as stream,
        connections.migrated_platform(settings.load()) as database,
        database.writing() as session,
    ):
        report = imports.import_csv(session, stream, dry_run=dry_run, now=utc_now())
    would = "would be " if dry_run else ""
    click.echo(
        f"{report.created} {would}created, {report.updated} {would}updated, "
        f"{report.unchanged} unchanged, {len(report.rejected)} rejected."
    )
    if report.repaired:
        click.echo(report.repaired)
    if report.rejected:
        raise Stop("\n".join(map(str, report.rejected)))


@tenants.command()
@click.argument("ref")
@click.option("--csv", "as_table", is_flag=True, help="A table, a fact a row, instead of JSON.")
@click.option("--replies", "answers_too", is_flag=True, help="With the answers: break-glass.")
@click.option("--reason", default="", help="Why; it is logged, and the tenant can read it.")
@click.option("--by", default="", metavar="EMAIL", help="Who opens the replies.")
@click.option("--second", default="", metavar="EMAIL", help="Who agreed: somebody else.")
def export(ref: str, as_table: bool, answers_too: bool, **people: str) -> None:
    """Print everything held about one tenant but their answers, as JSON.

    With --replies the answers too: that takes a reason and two people, is logged for good, and the
    tenant is told by email and on their own page.

    \b
    Examples:  checkin tenants export T-001 > T-001.json
               checkin tenants export T-001 --replies --reason "complaint 17: a lost reply" \\
                   --by officer@example.org --second manager@example.org
    """
    chosen = settings.load()
    with connections.migrated_platform(chosen) as database, database.writing() as session:
        held: exports.Held = {}
        if answers_too:
            vault, now = open_vault(chosen.vault_keys), utc_now()
            held["replies"] = break_glass.open_all(session, vault, ref=ref, now=now, **people)
        tenant, keeps = rights.find(session, ref), chosen.keep_deliveries
        held = exports.without_replies(session, tenant, sender_keeps=keeps) | held
    click.echo(exports.as_csv(held) if as_table else exports.as_json(held), nl=False)
    if answers_too:
        click.echo("This is logged, and the tenant is told.", err=True)


@tenants.command()
@click.argument("ref")
@click.option("--month", required=True, help="The reply's month, such as 2026-12.")
@click.argument("file", type=click.File(encoding="utf-8"))
def correct(ref: str, month: str, file: TextIO) -> None:
    """Correct a reply. FILE holds all its answers as JSON, as `replies open` prints them.

    \b
    Example:  checkin tenants correct T-001 --month 2026-12 answers.json
    """
    chosen = settings.load()
    vault, fields = open_vault(chosen.vault_keys), _fields(file)
    with connections.migrated_platform(chosen) as database, database.writing() as session:
        tenant = rights.find(session, ref)
        reply_rights.correct(
            session, vault, tenant, month=month, fields=fields, now=utc_now(), source=SOURCE
        )
    click.echo(f"{ref}'s reply of {named(month)} is corrected.")


@tenants.command("delete-replies")
@click.argument("ref")
@click.option("--month", help="Only this month's; without it all of them, and their key.")
def delete_replies(ref: str, month: str | None) -> None:
    """Delete a tenant's replies. The tenant stays on the roster.

    \b
    Example:  checkin tenants delete-replies T-001 --month 2026-12
    """

    def change(session: Session, tenant: Tenant, now: datetime) -> None:
        if month:
            reply_rights.delete_one(session, tenant, month=month, now=now, source=SOURCE)
        else:
            reply_rights.delete_all(session, tenant, now=now, source=SOURCE)

    _change(ref, change)
    click.echo(f"{ref}'s {f'reply of {named(month)} is' if month else 'replies are'} deleted.")


@tenants.command()
def requests() -> None:
    """List the tenants who asked to talk to a person, the most urgent first.

    \b
    Example:  checkin tenants requests
    """
    with connections.migrated_platform(settings.load()) as database, database.reading() as session:
        for entry in evidence.open_requests(session):
            click.echo(f"{entry.tenant_ref}: answer due by {entry.due_on}")


@tenants.command()
@click.argument("ref")
def answered(ref: str) -> None:
    """Record that a person has answered this tenant's request.

    \b
    Example:  checkin tenants answered T-001
    """
    _change(ref, lambda session, tenant, now: evidence.answered(session, tenant, now=now))
    click.echo(f"{ref} has no request waiting.")


@tenants.command()
@click.argument("ref")
def erase(ref: str) -> None:
    """Erase a tenant: their row, replies and key. Their links still open but belong to nobody.

    \b
    Example:  checkin tenants erase T-001
    """
    _change(ref, lambda session, tenant, now: rights.erase(session, tenant, now=now, source=SOURCE))
    click.echo(f"{ref} is erased.")


@tenants.command()
@click.argument("ref")
def stop(ref: str) -> None:
    """Stop the monthly emails to this tenant.

    \b
    Example:  checkin tenants stop T-001
    """
    _change(ref, lambda session, tenant, now: rights.stop(session, tenant, now=now, source=SOURCE))
    click.echo(f"{ref} gets no more monthly emails.")


@tenants.command()
@click.argument("ref")
def resume(ref: str) -> None:
    """Undo a stop or a pause, because the tenant asked for the emails again.

    \b
    Example:  checkin tenants resume T-001
    """
    _change(
        ref, lambda session, tenant, now: rights.resume(session, tenant, now=now, source=SOURCE)
    )
    click.echo(f"{ref} is no longer stopped or paused.")


@tenants.command()
@click.argument("ref")
@click.option("--lift", is_flag=True, help="End the restriction; a stop stays.")
def restrict(ref: str, lift: bool) -> None:
    """Restrict processing: keep a tenant's data and do nothing with it.

    \b
    Example:  checkin tenants restrict T-001
    """
    action = rights.unrestrict if lift else rights.restrict
    _change(ref, lambda session, tenant, now: action(session, tenant, now=now, source=SOURCE))
    click.echo(f"{ref} is {'no longer ' if lift else ''}restricted.")


@tenants.command("object")
@click.argument("ref")
@click.option("--lift", is_flag=True, help="Take the objection back.")
def object_(ref: str, lift: bool) -> None:
    """Leave a tenant out of statistics from now on; the emails go on.

    \b
    Example:  checkin tenants object T-001
    """
    action = rights.unobject if lift else rights.object_
    _change(ref, lambda session, tenant, now: action(session, tenant, now=now, source=SOURCE))
    click.echo(f"{ref} is {'counted in' if lift else 'left out of'} statistics from now on.")


def _fields(file: TextIO) -> dict[str, list[str]]:
    """A JSON object of answers, each one key or a list of keys, as a form would send them."""
    wrong = BadInput([Problem("FILE", 'write a JSON object such as {"changed": "no"}')])
    try:
        given = json.load(file)
    except ValueError:
        raise wrong from None
    if not isinstance(given, dict):
        raise wrong
    fields = {name: [value] if isinstance(value, str) else value for name, value in given.items()}
    if not all(_is_texts(values) for values in fields.values()):
        raise wrong
    return fields


def _is_texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


def _change(ref: str, change: Change) -> None:
    with connections.migrated_platform(settings.load()) as database, database.writing() as session:
        change(session, rights.find(session, ref), utc_now())
