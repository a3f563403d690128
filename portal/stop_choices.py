"""What the stop page offers, and what it says once a choice was made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from kit.errors import Problem
from tenants.models import Tenant
from tenants.rights import rights


class Choice(StrEnum):
    """What a tenant may choose; `resume` and `include` undo the others."""

    STOP = "stop"
    PAUSE = "pause"
    OBJECT = "object"
    KEEP = "keep"
    RESUME = "resume"
    INCLUDE = "include"


@dataclass(frozen=True, slots=True)
class Said:
    """The page after a choice, and the choice that undoes it."""

    heading: str
    text: str
    undo: Choice | None = None
    undo_label: str = ""


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
        Choice.RESUME,
        "Send me the emails again",
    ),
    Choice.PAUSE: Said(
        "We have paused the emails",
        "You will get no check-in emails for three months. Then they start again by themselves.",
        Choice.RESUME,
        "Send me the emails again",
    ),
    Choice.OBJECT: Said(
        "We will leave you out of the totals",
        "You still get the emails. From now on your answers are not counted in any report.",
        Choice.INCLUDE,
        "Count my answers again",
    ),
    Choice.KEEP: Said("Nothing has changed", "You will get the next check-in email as usual."),
    Choice.RESUME: Said(
        "The emails will come again", "You will get the next check-in email as usual."
    ),
    Choice.INCLUDE: Said(
        "Your answers count again",
        "They are part of the totals, in which nobody can be picked out.",
    ),
}

ACTIONS: dict[Choice, Callable[[Session, Tenant, datetime], object]] = {
    Choice.STOP: lambda session, tenant, now: rights.stop(session, tenant, now=now),
    Choice.PAUSE: lambda session, tenant, now: rights.pause(session, tenant, now=now),
    Choice.OBJECT: lambda session, tenant, now: rights.object_(session, tenant, now=now),
    Choice.KEEP: lambda _session, _tenant, _now: None,
    Choice.RESUME: lambda session, tenant, now: rights.resume(session, tenant, now=now),
    Choice.INCLUDE: lambda session, tenant, now: rights.unobject(session, tenant, now=now),
}
