"""Conditions for drawing a month. Each refusal is a sentence; nothing has been charged."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from kit.clock import london_day
from kit.errors import BadInput, NotFound, Problem, Refused
from kit.months import is_month, named
from replies.models import Round
from reports.cube import Plan
from reports.groups import GroupScope
from reports.models import Release, ReleaseState
from reports.spec import Spec


class AlreadySettled(Refused):
    """The month was drawn already, or is settled to have no figures."""


class TooSmall(Refused):
    """The month was sent to too few tenants for any figures."""


def refuse_no_month(month: str) -> None:
    """Refuse a text that is not a month."""
    if not is_month(month):
        raise BadInput([Problem("month", f"“{month[:20]}” is not a month; write it as 2026-12.")])


def round_of(session: Session, month: str) -> Round:
    """Return the round of a month; NotFound if it was never handed over."""
    opened = session.get(Round, month)
    if opened is None:
        raise NotFound(f"No round was opened for {named(month)}; hand its campaign over first.")
    return opened


def refuse_done(session: Session, month: str) -> None:
    """Refuse a month that was drawn, or is settled to have no figures."""
    release = session.get(Release, month)
    if release is None:
        return
    if release.state == ReleaseState.FROZEN:
        raise AlreadySettled(f"{named(month)} was released already; a release is never recomputed.")
    if release.state == ReleaseState.TOO_SMALL:
        raise AlreadySettled(f"{named(month)} was sent to too few tenants to have figures.")
    if release.state == ReleaseState.WITHDRAWN:
        raise AlreadySettled(f"The release of {named(month)} was withdrawn; it is not drawn again.")
    raise AlreadySettled(
        f"{named(month)} was charged and its draw was not kept: it is lost, and not drawn again."
    )


def refuse_published(published: Collection[str], month: str) -> None:
    """Refuse a month that is published although this database has no release of it."""
    if month in published:
        raise Refused(
            f"The campaign side holds {named(month)} already, so this database is older than its "
            "release, and nothing was drawn. Run `checkin reports adopt`; if there is nothing to "
            "adopt, the anchor was restored too: run `checkin reports reanchor`."
        )


def refuse_open(opened: Round, now: datetime) -> None:
    """Refuse a month that still accepts replies."""
    if london_day(now) <= opened.closes_on:
        raise Refused(
            f"{named(opened.month)} takes replies until {opened.closes_on:%d %B %Y}; freeze it "
            "after that, or say --early and --reason."
        )


def refuse_small(plan: Plan, spec: Spec) -> None:
    """Refuse a month without a group large enough to be drawn."""
    if all(group.scope == GroupScope.NOTHING for group in plan.groups):
        raise TooSmall(
            f"{named(plan.month)} was sent to fewer than {spec.rate_from} tenants; so small a "
            "month has no figures, and nothing was drawn."
        )
