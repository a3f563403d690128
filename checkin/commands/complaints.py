"""`checkin complaints`."""

import json
from datetime import datetime
from typing import Any, TextIO

import click

from checkin import connections
from kit import settings
from kit.clock import utc_now
from tenants.complaints import register
from tenants.models import Complaint

SOURCE = "command line"


@click.group()
def complaints() -> None:
    """The register of complaints about personal data. REF is a complaint's reference.

    \b
    Example:  checkin complaints list
    """


@complaints.command()
@click.option("--address", metavar="EMAIL", help="Where the acknowledgement goes, as a letter.")
@click.option("--welsh", is_flag=True, help="Write to them in Welsh.")
@click.argument("file", type=click.File(encoding="utf-8"))
def add(address: str | None, welsh: bool, file: TextIO) -> None:
    """Take in a complaint that came another way. FILE holds its text; - is standard input.

    \b
    Example:  checkin complaints add --address tenant-001@example.org complaint.txt
    """
    with connections.migrated_platform(settings.load()) as database, database.writing() as session:
        received = register.receive(
            session,
            address=address,
            text=file.read(),
            source=SOURCE,
            language="cy" if welsh else "en",
            now=utc_now(),
        )
        click.echo(f"{received.reference}: acknowledge by {received.acknowledge_by}")


@complaints.command("list")
@click.option("--json", "as_json", is_flag=True, help="Every complaint, as JSON.")
def list_(as_json: bool) -> None:
    """List the complaints without an outcome, the most urgent first, with the days left.

    \b
    Example:  checkin complaints list
    """
    now = utc_now()
    with connections.migrated_platform(settings.load()) as database, database.reading() as session:
        if as_json:
            click.echo(json.dumps([_shown(each) for each in register.everything(session)]))
            return
        for each in register.unsettled(session):
            click.echo(
                f"{each.reference}: received {each.received_at:%Y-%m-%d}, {_stands(each, now)}"
            )


@complaints.command()
@click.argument("ref")
def show(ref: str) -> None:
    """Print one complaint as JSON.

    \b
    Example:  checkin complaints show C-7F3K9QXM
    """
    with connections.migrated_platform(settings.load()) as database, database.writing() as session:
        click.echo(json.dumps(_shown(register.find(session, ref)), ensure_ascii=False, indent=2))


@complaints.command()
@click.argument("ref")
def acknowledge(ref: str) -> None:
    """Record that a person acknowledged a complaint, where no letter could.

    \b
    Example:  checkin complaints acknowledge C-7F3K9QXM
    """
    with connections.migrated_platform(settings.load()) as database, database.writing() as session:
        register.mark_acknowledged(session, ref, now=utc_now())
    click.echo(f"{ref} is acknowledged.")


@complaints.command()
@click.argument("ref")
@click.option("--outcome", required=True, help="What was found and done, as the person was told.")
@click.option("--by", required=True, metavar="EMAIL", help="Who answered.")
def close(ref: str, outcome: str, by: str) -> None:
    """Record a complaint's outcome.

    \b
    Example:  checkin complaints close C-7F3K9QXM --outcome "the address was corrected" \\
                  --by officer@example.org
    """
    with connections.migrated_platform(settings.load()) as database, database.writing() as session:
        register.record_outcome(session, ref, outcome=outcome, by=by, now=utc_now())
    click.echo(f"{ref} is closed.")


def _stands(complaint: Complaint, now: datetime) -> str:
    if complaint.acknowledged_at is not None:
        return f"acknowledged {complaint.acknowledged_at:%Y-%m-%d}, outcome due"
    return f"{register.days_left(complaint.acknowledge_by, now)} days left to acknowledge it"


def _shown(complaint: Complaint) -> dict[str, Any]:
    moments = ("received_at", "acknowledged_at", "closed_at")
    found = {name: getattr(complaint, name) for name in moments}
    return {
        "reference": complaint.reference,
        "address": complaint.address,
        "text": complaint.text,
        "source": complaint.source,
        "acknowledge_by": complaint.acknowledge_by.isoformat(),
        "outcome": complaint.outcome,
        "closed_by": complaint.closed_by,
        **{name: moment and moment.isoformat() for name, moment in found.items()},
    }
