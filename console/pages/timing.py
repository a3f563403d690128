"""When one month is sent: a day and time of its own instead of the rule's."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaigns import calendar
from campaigns.models import Campaign
from campaigns.planning import drafts
from campaigns.planning.drafts import Schedule
from campaigns.writing import versions
from console import access, errors, sessions
from console.context import here
from kit.clock import LONDON
from kit.errors import BadInput, CheckinError, Problem, Refused
from kit.months import month_name

pages = Blueprint("timing", __name__, url_prefix="/campaigns/<month:name>/time")

LONGEST_HOURS = 28 * 24
HOUR = timedelta(hours=1)


@pages.get("")
@access.allow(access.WRITING)
def show(name: str) -> ResponseReturnValue:
    """Show the form for day, time and window."""
    return _page(name)


@pages.post("")
@access.allow(access.WRITING)
def change(name: str) -> ResponseReturnValue:
    """Save them; the text stays, and an approval becomes void."""
    console = here()
    try:
        with console.campaign.writing() as session:
            campaign = versions.find(session, name)
            drafts.save(
                session,
                month=name,
                content=versions.content_of(session, campaign),
                by=sessions.signed_in().email,
                now=console.now,
                schedule=_asked(console.now),
            )
    except CheckinError as error:
        return _page(name, error)
    flash("Saved. This month goes at its new time.")
    return redirect(url_for("campaigns.show", name=name), code=303)


def _page(name: str, error: CheckinError | None = None) -> ResponseReturnValue:
    with here().campaign.reading() as session:
        campaign = versions.find(session, name)
        error = error or _not_now(campaign)
        local = campaign.send_at.astimezone(LONDON)
        page = render_template(
            "console/timing.html",
            campaign=campaign,
            day=request.form.get("day", f"{local:%Y-%m-%d}"),
            time=request.form.get("time", f"{local:%H:%M}"),
            hours=request.form.get("hours", str(campaign.window_seconds // 3600)),
            error=error,
            now=here().now,
        )
    return (page, errors.status_of(error)) if error else page


def _not_now(campaign: Campaign) -> Refused | None:
    if campaign.state in drafts.STILL_WRITTEN:
        return None
    name = month_name(campaign.month)
    return Refused(f"{name} is {campaign.state.replace('_', ' ')}; its time cannot be changed.")


def _asked(now: datetime) -> Schedule:
    """The schedule in the form, London's wall time.

    Raises:
        BadInput: naming each field that is not written as it should be.
    """
    problems = []
    moment, hours = _moment(), request.form.get("hours", "").strip()
    if moment is None:
        problems.append(Problem("day", "Write the day as 2026-12-01 and the time as 10:00."))
    elif not calendar.exists_in_london(moment):
        problems.append(Problem("day", "The clocks skip that hour in London; choose another."))
    elif calendar.in_utc(moment) <= now:
        problems.append(Problem("day", "That moment has passed; choose a later one."))
    if not hours.isdecimal() or not 1 <= int(hours[:5]) <= LONGEST_HOURS:
        problems.append(Problem("hours", f"It may be late by 1 to {LONGEST_HOURS} hours."))
    if problems or moment is None:
        raise BadInput(problems)
    return Schedule(calendar.in_utc(moment), int(hours) * HOUR)


def _moment() -> datetime | None:
    day, time = request.form.get("day", "").strip(), request.form.get("time", "").strip()
    try:
        read = datetime.strptime(f"{day} {time}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    except ValueError:
        return None
    return read.replace(tzinfo=None) if 2020 <= read.year < 2100 else None
