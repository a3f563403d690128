"""`checkin campaigns`."""

import json
from pathlib import Path

import click
from sqlalchemy.orm import Session

from campaigns.content import preview
from campaigns.planning import approval, drafts, estimate
from campaigns.ses import sender_identity
from campaigns.watching import progress
from campaigns.writing import review, versions
from campaigns.writing.review import Review
from checkin import connections, showing
from checkin.cli_errors import Stop
from checkin.commands.control import cancel, pause, resolve, resume
from checkin.commands.sheet import sheet
from kit import aws, settings
from kit.clock import utc_now
from kit.errors import BadInput, NotFound, Problem
from kit.months import named

BY = "command line"


@click.group()
def campaigns() -> None:
    """One month's email: write, check, approve, watch. MONTH is written 2026-12.

    \b
    Example:  checkin campaigns import december.md
    """


for command in (pause, resume, cancel, resolve, sheet):
    campaigns.add_command(command)


@campaigns.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", default=BY, show_default=True, help="Who wrote it; they cannot approve it.")
def import_(file: Path, by: str) -> None:
    """Create the draft of a campaign file's month, or replace it.

    \b
    Example:  checkin campaigns import december.md --by author@example.org
    """
    with connections.migrated_campaign(settings.load()) as database, database.writing() as session:
        campaign = drafts.import_file(session, _text(file), by=by, now=utc_now())
        click.echo(
            f"{named(campaign.month)}: version {campaign.version}, {campaign.state}, "
            f"sends {showing.london_moment(campaign.send_at)}."
        )


@campaigns.command()
@click.argument("month")
def export(month: str) -> None:
    """Print the month's campaign file; importing it again changes nothing.

    \b
    Example:  checkin campaigns export 2026-12 > december.md
    """
    with connections.migrated_campaign(settings.load()) as database, database.reading() as session:
        click.echo(drafts.export_file(session, month), nl=False)


@campaigns.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array, as `show --json` each.")
def list_(as_json: bool) -> None:
    """Print every campaign, the latest month first.

    \b
    Example:  checkin campaigns list
    """
    with connections.migrated_campaign(settings.load()) as database, database.reading() as session:
        months = [progress.show(session, month) for month in showing.months(session)]
    if as_json:
        click.echo(json.dumps(months))
    else:
        click.echo("\n".join(map(showing.campaign_line, months)) or "There is no campaign yet.")


@campaigns.command()
@click.argument("month")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON.")
def show(month: str, as_json: bool) -> None:
    """Print how a campaign is going.

    \b
    Example:  checkin campaigns show 2026-12 --json
    """
    with connections.migrated_campaign(settings.load()) as database, database.reading() as session:
        shown, estimated = progress.show(session, month), _estimate(session, month)
    click.echo(json.dumps(shown) if as_json else showing.page(shown))
    if estimated and not as_json:
        click.echo(estimated)


@campaigns.command()
@click.argument("month")
def check(month: str) -> None:
    """Print the checks that staff see; exit 1 if one blocks the approval.

    \b
    Example:  checkin campaigns check 2026-12
    """
    with connections.migrated_campaign(settings.load()) as database, database.reading() as session:
        written, estimated = _text_of(session, month), _estimate(session, month)
    for finding in written.findings:
        level = "blocks" if finding.level == "block" else "warns "
        click.echo(f"{level}  {finding.place}: {finding.message}")
    if blocking := len(written.blocking):
        raise Stop(f"{blocking} of these must be put right before {named(month)} is approved.")
    if estimated:
        click.echo(estimated)
    click.echo(f"{named(month)} can be approved.")


@campaigns.command("preview")
@click.argument("month")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path))
def preview_(month: str, out: Path) -> None:
    """Write the email as its recipients will get it: message.html, .txt and .eml.

    \b
    Example:  checkin campaigns preview 2026-12 --out preview
    """
    chosen = settings.load()
    with connections.migrated_campaign(chosen) as database, database.reading() as session:
        message = _text_of(session, month).message
    if message is None:
        raise Stop(f"{named(month)} has faults; `checkin campaigns check {month}` names them.")
    for path in preview.write(
        message,
        out,
        portal_url=chosen.portal_url,
        from_address=chosen.from_address,
        reply_to=chosen.reply_to,
    ):
        click.echo(path)


@campaigns.command()
@click.argument("month")
@click.option("--by", required=True, metavar="EMAIL", help="An approver who did not write it.")
def approve(month: str, by: str) -> None:
    """Approve the month's text, its time and its audience.

    \b
    Example:  checkin campaigns approve 2026-12 --by approver@example.org
    """
    chosen = settings.load()
    sender_identity.refuse_unverified_now(aws.ses_for_asking(), chosen.from_address)
    with connections.migrated_campaign(chosen) as database, database.writing() as session:
        given = approval.approve(session, month=month, by=by, now=utc_now())
        click.echo(f"{named(month)} is approved; it sends {showing.london_moment(given.send_at)}.")
        if estimated := _estimate(session, month):
            click.echo(estimated)


def _estimate(session: Session, month: str) -> str | None:
    campaign, own_rate = versions.find(session, month), settings.load().send_rate
    return estimate.sentence(session, campaign, own_rate=own_rate, now=utc_now())


def _text_of(session: Session, month: str) -> Review:
    written = review.of_campaign(session, versions.find(session, month))
    if written is None:
        raise NotFound(f"The campaign for {named(month)} has no text yet; import one.")
    return written


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        raise BadInput([Problem(f"line {line}", "is not UTF-8; save the file as UTF-8")]) from None
