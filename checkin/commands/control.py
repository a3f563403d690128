"""`checkin campaigns pause`, `resume`, `cancel` and `resolve`."""

from datetime import datetime
from functools import partial
from typing import Protocol

import click
from sqlalchemy.orm import Session

from campaigns.sending import control
from campaigns.sending.control import Resolution
from checkin import connections
from kit import settings
from kit.clock import utc_now
from kit.months import named

BY = "--by author@example.org"
by_whom = click.option("--by", required=True, metavar="EMAIL", help="A member of staff.")


class Action(Protocol):
    """A function of `campaigns.sending.control` that acts on one month."""

    def __call__(self, session: Session, *, month: str, by: str, now: datetime) -> object: ...


def _command(name: str, action: Action, does: str, done: str) -> click.Command:
    """A command that does one thing to a month, in somebody's name."""

    @click.command(name, help=f"{does}\n\n\b\nExample:  checkin campaigns {name} 2026-12 {BY}")
    @click.argument("month")
    @by_whom
    def command(month: str, by: str) -> None:
        _act(action, month, by)
        click.echo(f"{named(month)} {done}.")

    return command


pause = _command(
    "pause",
    control.pause,
    "Stop a campaign that is being sent, before its next batch.",
    "is paused",
)
resume = _command("resume", control.resume, "Go on with a paused campaign.", "goes on")
cancel = _command(
    "cancel",
    control.cancel,
    "End a campaign for good; what was sent stays sent.",
    "is cancelled",
)


@click.command()
@click.argument("month")
@click.option("--unknown", required=True, type=click.Choice(["send", "leave"]))
@by_whom
def resolve(month: str, unknown: Resolution, by: str) -> None:
    """Decide on mails whose outcome is unknown: send them once more, or leave them.

    Sending may mail somebody twice.

    \b
    Example:  checkin campaigns resolve 2026-12 --unknown leave --by author@example.org
    """
    count = _act(partial(control.resolve, unknown=unknown), month, by)
    click.echo(f"{count} unknown mails: {unknown}.")


def _act(action: Action, month: str, by: str) -> object:
    with connections.migrated_campaign(settings.load()) as database, database.writing() as session:
        return action(session, month=month, by=by, now=utc_now())
