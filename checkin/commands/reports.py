"""`checkin reports`."""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import partial

import click
from sqlalchemy.exc import SQLAlchemyError

from campaigns import releases
from checkin import connections
from checkin.cli_errors import BadSettings
from checkin.showing_figures import page
from kit import settings
from kit.clock import utc_now
from kit.database import Database
from kit.errors import NotFound, Refused
from kit.log import get_logger
from kit.months import named
from kit.settings import Settings
from kit.variables import NO_DATABASE
from replies.vault.counting import opener
from reports import freeze as freezing
from reports import ledger, push
from reports.anchor import ReleaseAnchor
from reports.freeze import Desk
from reports.models import Release

log = get_logger(__name__)


@click.group()
def reports() -> None:
    """The protected figures of a month. MONTH is written 2026-12.

    \b
    Example:  checkin reports show 2026-12
    """


@reports.command()
@click.argument("month")
@click.option("--early", is_flag=True, help="While the month still takes replies.")
@click.option("--reason", help="Why it cannot wait; needed with --early, and kept.")
def freeze(month: str, early: bool, reason: str | None) -> None:
    """Draw the release of a month, once and for all.

    The tick does this by itself three days after a month closes for replies.

    \b
    Examples:  checkin reports freeze 2026-12
               checkin reports freeze 2026-12 --early --reason "the project ends today"
    """
    if early != bool(reason and reason.strip()):
        raise BadSettings("An early release is final: give --early and --reason together.")
    with _desk(settings.load()) as desk:
        freezing.freeze(desk, month, now=utc_now(), early_because=reason)
    click.echo(
        f"{named(month)} is frozen; the next tick publishes it. See `checkin reports show {month}`."
    )


@reports.command()
@click.argument("month")
@click.option("--json", "as_json", is_flag=True, help="The released document.")
@click.option("--csv", "as_csv", is_flag=True, help="Tidy CSV, one figure a row.")
def show(month: str, as_json: bool, as_csv: bool) -> None:
    """Print the released figures of a month, each with its margin of error.

    \b
    Example:  checkin reports show 2026-12 --csv > 2026-12.csv
    """
    document = _document(settings.load(), month)
    if as_json:
        click.echo(json.dumps(document))
    elif as_csv:
        click.echo(releases.as_csv(document), nl=False)
    else:
        click.echo(page(document))


@reports.command()
@click.argument("month")
@click.option("--reason", required=True, help="Shown to readers.")
def withdraw(month: str, reason: str) -> None:
    """Withdraw a wrong release for good: the month gets no second one.

    Also settles a month that cannot be drawn, or whose release a restored database has lost.

    \b
    Example:  checkin reports withdraw 2026-12 --reason "the roster was last year's"
    """
    with connections.migrated_platform(settings.load()) as database, database.writing() as session:
        freezing.withdraw(session, month, because=reason)
    click.echo(f"{named(month)} is withdrawn; the next tick tells the readers.")


@reports.command()
def adopt() -> None:
    """After restoring the platform database: recover from the anchor which months were drawn.

    They count as spent and are not drawn again.

    \b
    Example:  checkin reports adopt
    """
    with _desk(settings.load()) as desk, desk.platform.writing() as session:
        months = ledger.adopt(session, desk.anchor)
    click.echo(f"Taken back from the anchor: {', '.join(months) or 'nothing, all was there'}.")


@reports.command()
@click.option("--reason", required=True, help="What happened to the anchor; kept in the log.")
def reanchor(reason: str) -> None:
    """Make a new anchor, after one was lost or belongs to another ledger.

    Months named in the old anchor or already published count as spent: none is drawn twice.

    \b
    Example:  checkin reports reanchor --reason "the anchor's disk died"
    """
    with _desk(settings.load()) as desk, desk.platform.writing() as session:
        months = ledger.reanchor(
            session, desk.anchor, published=desk.published(), spec=desk.spec, now=utc_now()
        )
    log.warning("release anchor replaced", because=reason, spent=months)
    click.echo(f"The anchor is new. Spent besides: {', '.join(months) or 'no further month'}.")


@contextmanager
def _desk(chosen: Settings) -> Iterator[Desk]:
    with connections.migrated_platform(chosen) as database:
        yield Desk(
            platform=database,
            opener=partial(opener, chosen.vault_keys),
            anchor=ReleaseAnchor.at(chosen.release_anchor_place),
            published=partial(_published, chosen),
        )


def _published(chosen: Settings) -> Collection[str]:
    """Return what the campaign side holds; nothing if its database is not configured."""
    if chosen.door_url == NO_DATABASE:
        return ()
    door = Database(chosen.door_url)
    try:
        return push.published(door)
    except SQLAlchemyError:
        raise Refused(
            "The campaign side cannot be asked what it holds, so nothing was drawn; check "
            "CHECKIN_DOOR_DATABASE_URL."
        ) from None
    finally:
        door.dispose()


def _document(chosen: Settings, month: str) -> releases.Document:
    """Read it from the platform's database if this process has it, else from the campaign's."""
    if not chosen.has_platform_side:
        with connections.migrated_campaign(chosen) as database, database.reading() as session:
            return releases.document(session, month)
    with connections.migrated_platform(chosen) as database, database.reading() as session:
        release = session.get(Release, month)
    if release is None:
        raise NotFound(f"{named(month)} has no release; `checkin reports freeze` draws one.")
    if release.document is None or release.withdrawn_because is not None:
        why = release.withdrawn_because or release.state.replace("_", " ")
        raise NotFound(f"There are no figures of {named(month)}: {why}.")
    document: releases.Document = json.loads(release.document)
    return document
