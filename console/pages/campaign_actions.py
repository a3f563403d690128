"""Approve, pause, resume, cancel, resolve: GET asks for confirmation, POST acts."""

from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.content.fields import Content
from campaigns.models import Staff
from campaigns.ses import account
from campaigns.writing import differences, versions
from campaigns.writing.differences import Change
from console import access, errors, sessions
from console.context import here
from console.months import month, month_actions
from console.months.month_actions import Form, MonthAction
from kit.errors import CheckinError, Refused
from kit.months import month_name

pages = Blueprint("actions", __name__)

NAMES = ", ".join(f"'{name}'" for name in month_actions.ACTIONS)
ADDRESS = f"/campaigns/<month:name>/<any({NAMES}):what>"


@pages.get(ADDRESS)
@access.allow(access.WORKING)
def ask(name: str, what: str) -> str | tuple[str, int]:
    """Show what will happen, and a button."""
    return _page(name, _action(what))


@pages.post(ADDRESS)
@access.allow(access.WORKING)
def do(name: str, what: str) -> Response | str | tuple[str, int]:
    """Do it and write the audit row, or say why not."""
    action, console = _action(what), here()
    form = Form(name, sessions.signed_in().email, console.now, request.form.get("seen", ""))
    try:
        with console.campaign.writing() as session:
            action.run(session, form)
    except CheckinError as error:
        return _page(name, action, error)
    flash(action.done)
    return redirect(url_for("campaigns.show", name=name), code=303)


@pages.get("/sending/resume")
@access.allow(access.WORKING)
def ask_resume_account() -> str:
    """Show why all sending is paused, and a button to resume it."""
    console = here()
    with console.campaign.reading() as session:
        held = account.paused_because(session, now=console.now)
    return render_template("console/resume_sending.html", held=held)


@pages.post("/sending/resume")
@access.allow(access.WORKING)
def resume_account() -> Response:
    """End the account's pause."""
    console = here()
    with console.campaign.writing() as session:
        account.resume(session, by=sessions.signed_in().email, now=console.now)
    flash("Sending goes on. If the reason is still there, it stops again and says so.")
    return redirect(url_for("year.show"), code=303)


def _action(what: str) -> MonthAction:
    action = month_actions.ACTIONS[what]
    if not action.roles & set(sessions.signed_in().roles):
        abort(403)
    return action


def _page(
    name: str, action: MonthAction, error: CheckinError | None = None
) -> str | tuple[str, int]:
    console = here()
    with console.campaign.reading() as session:
        shown = month.load(session, name, now=console.now, own_rate=console.settings.send_rate)
        problem = error or _why_not(action, shown, sessions.signed_in(), console.now)
        earlier = versions.approved_before(session, name) if action.name == "approve" else None
        page = render_template(
            "console/confirm.html",
            changes_since=month_name(earlier[0]) if earlier else "",
            changes=_changes(shown, earlier[1]) if earlier else None,
            month=shown,
            campaign=shown.campaign,
            action=action,
            seen=month_actions.seen_of(shown),
            error=problem,
            now=console.now,
        )
    return (page, errors.status_of(problem)) if problem else page


def _changes(shown: month.Month, earlier: Content) -> list[Change]:
    now = Content.from_json(shown.draft.content) if shown.draft else earlier
    return differences.compare(earlier, now)


def _why_not(action: MonthAction, shown: month.Month, who: Staff, now: datetime) -> Refused | None:
    if action.is_possible(shown, now):
        return None
    return Refused("This cannot be done to this month as it stands now.")
