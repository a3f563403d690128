"""When one month is sent: a day and time of its own instead of the rule's."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaigns import calendar
from campaigns.checks import send_times
from campaigns.models import Campaign
from campaigns.planning import conversation, drafts
from campaigns.planning.drafts import Schedule
from campaigns.writing import versions
from console import access, errors, sessions
from console.context import here
from console.pages import sharing
from console.words import moment
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
        asked = _asked(console.now)
        odd = list(send_times.warnings(asked.send_at, name))
        if odd and request.form.get("sure") != asked.send_at.isoformat():
            return _page(name, asked=asked, odd=odd)
        with console.campaign.writing() as session:
            _refuse_overtaken(versions.find(session, name))
            is_new = conversation.move(
                session,
                month=name,
                schedule=asked,
                by=sessions.signed_in().email,
                now=console.now,
            )
    except CheckinError as error:
        return _page(name, error)
    sharing.tell_of_steps(console, name)
    flash("Saved. This month goes at its new time." if is_new else "It has that time already.")
    return redirect(url_for("campaigns.show", name=name), code=303)


def _page(
    name: str,
    error: CheckinError | None = None,
    *,
    asked: Schedule | None = None,
    odd: Sequence[str] = (),
) -> ResponseReturnValue:
    """The form; with `odd`, it asks whether the time that was `asked` for is meant."""
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
            base=request.form.get("base", int(campaign.send_at.timestamp())),
            error=error,
            asked=asked,
            odd=odd,
            now=here().now,
        )
    return (page, errors.status_of(error)) if error else page


def _refuse_overtaken(campaign: Campaign) -> None:
    """Nobody changes a time that they have not seen: `base` is the one their form was filled with,
    in seconds since 1970."""
    base = request.form.get("base", type=int)
    if base is not None and base != int(campaign.send_at.timestamp()):
        goes = moment(campaign.send_at, here().now)
        raise Refused(f"Somebody changed the time meanwhile: it goes on {goes}. Look at it again.")


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
