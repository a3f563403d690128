"""When each month is sent: the rule, and the next twelve dates, shown before it is saved."""

from datetime import datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaigns import calendar
from campaigns.models import Series
from campaigns.planning import series
from campaigns.planning.series import Rule
from console import access, errors, sessions
from console.context import here
from console.words import day_off
from kit.errors import CheckinError

pages = Blueprint("series", __name__, url_prefix="/series")

WORKING_DAYS = {
    "first-working-day": "The first working day",
    "last-working-day": "The last working day",
}
ORDINALS = {"1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth"}
HOUR = timedelta(hours=1)


@pages.get("")
@access.allow(access.EVERY_ROLE)
def show() -> ResponseReturnValue:
    """Show the current rule."""
    stored = _stored()
    return _page(stored, stored)


@pages.post("")
@access.allow(access.WORKING)
def change() -> ResponseReturnValue:
    """Save the rule, or only preview its dates."""
    console, stored = here(), _stored()
    wanted = _asked(stored)
    if request.form.get("do") != "save":
        return _page(wanted, stored)
    try:
        with console.campaign.writing() as session:
            series.change(session, wanted, by=sessions.signed_in().email, now=console.now)
    except CheckinError as error:
        return _page(wanted, stored, error)
    flash("Saved. Months whose draft is open already keep their time.")
    return redirect(url_for("series.show"), code=303)


def choices() -> dict[str, dict[str, str]]:
    """Return the choices: group → rule → label."""
    weekdays = calendar.WEEKDAYS[:5]
    return {
        "Working days": WORKING_DAYS,
        "A day of the week": {
            f"{nth}-{day}": f"The {word} {day.capitalize()}"
            for nth, word in ORDINALS.items()
            for day in weekdays
        },
        "A date": {f"day-{number}": f"Day {number} of the month" for number in range(1, 32)},
    }


def _stored() -> Rule:
    with here().campaign.reading() as session:
        return series.rule_of(session.get(Series, series.DEFAULT) or series.usual())


def _page(rule: Rule, stored: Rule, error: CheckinError | None = None) -> ResponseReturnValue:
    dates: list[tuple[str, datetime]] = []
    try:
        dates = series.next_dates(rule, now=here().now)
    except CheckinError as problem:
        error = error or problem
    page = render_template(
        "console/series.html",
        rule=rule,
        stored=stored,
        hours=rule.window / HOUR,
        choices=choices(),
        dates=dates,
        moved={month: _moved(rule, month) for month, _ in dates},
        error=error,
        now=here().now,
    )
    return (page, errors.status_of(error)) if error else page


def _moved(rule: Rule, month: str) -> str:
    day = calendar.moved_from(rule.rule, month)
    return day_off(day) if day else ""


def _asked(stored: Rule) -> Rule:
    """Read the rule from the form; missing fields keep their values, bad numbers fail later."""
    form = request.form
    return Rule(
        rule=form.get("rule", stored.rule)[:64],
        send_time=form.get("send_time", stored.send_time).strip()[:5],
        draft_days_ahead=_number(form.get("days"), stored.draft_days_ahead),
        window=_number(form.get("hours"), int(stored.window / HOUR)) * HOUR,
    )


def _number(written: str | None, usual: int) -> int:
    if written is None:
        return usual
    return int(written) if written.strip().isdecimal() and len(written) <= 4 else 0
