"""The choices on the stop page, and the page after each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from kit.errors import Problem
from tenants.models import Tenant
from tenants.rights import rights


class Choice(StrEnum):
    """A choice that the link alone permits."""

    STOP = "stop"
    PAUSE = "pause"
    OBJECT = "object"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Said:
    """The page after a choice; `undo` is the label of the button that undoes it, if possible."""

    heading: str
    text: str
    undo: str = ""


OFFERS = (
    (Choice.STOP, "Stop the emails", ""),
    (Choice.PAUSE, "Pause the emails for three months", "They start again by themselves."),
    (
        Choice.OBJECT,
        "Keep the emails, but leave me out of the totals",
        "Then your answers are not counted in any report.",
    ),
    (Choice.KEEP, "Keep the emails as they are", ""),
)

NO_CHOICE = Problem("choice", "Choose what you would like us to do")

SAID = {
    Choice.STOP: Said(
        "We have stopped the emails",
        "You will get no more check-in emails. If one is already on its way, you can ignore it.",
        "Send me the emails again",
    ),
    Choice.PAUSE: Said(
        "We have paused the emails",
        "You will get no check-in emails for three months. Then they start again by themselves.",
        "Send me the emails again",
    ),
    Choice.OBJECT: Said(
        "We will leave you out of the totals",
        "You still get the emails. From now on your answers are not counted in any report.",
        "Count my answers again",
    ),
    Choice.KEEP: Said("Nothing has changed", "You will get the next check-in email as usual."),
}
UNDONE = Said("We have taken that back", "Everything is as it was before you pressed.")
TOO_LATE = Said(
    "That was too long ago",
    "This page can take a choice back for half an hour. After that, open your data page.",
)

ACTIONS: dict[Choice, Callable[[Session, Tenant, datetime], object]] = {
    Choice.STOP: lambda session, tenant, now: rights.stop(session, tenant, now=now),
    Choice.PAUSE: lambda session, tenant, now: rights.pause(session, tenant, now=now),
    Choice.OBJECT: lambda session, tenant, now: rights.object_(session, tenant, now=now),
}
