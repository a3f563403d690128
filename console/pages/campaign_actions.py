"""Approve, pause, resume, cancel, resolve: GET asks for confirmation, POST acts."""

from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from campaigns.content.fields import texts
from campaigns.content.findings import field_title
from campaigns.models import Staff
from campaigns.planning import estimate
from campaigns.ses import account
from console import access, errors, sessions
from console.context import here
from console.months import month, month_actions, what_to_read
from console.months.month_actions import Form, MonthAction
from console.months.what_to_read import ApproverReading
from console.pages import sharing
from kit.errors import CheckinError, Refused

pages = Blueprint("actions", __name__)

READ_FIRST = {"approve", "send-back"}
"""Actions that are decided by reading what changed, and who wrote it."""
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
    form = _form(name)
    try:
        with console.campaign.writing() as session:
            action.run(session, form)
    except CheckinError as error:
        return _page(name, action, error)
    sharing.tell_of_steps(console, name)
    flash(action.done)
    return redirect(url_for("campaigns.show", name=name), code=303)


def _form(name: str) -> Form:
    return Form(
        month=name,
        by=sessions.signed_in().email,
        now=here().now,
        seen=request.form.get("seen", ""),
        note=request.form.get("note", ""),
        field=request.form.get("field") or None,
    )


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
        page = render_template(
            "console/confirm.html",
            reading=_reading(session, shown) if action.name in READ_FIRST else None,
            fields=_fields(shown) if action.names_field else (),
            typed=request.form,
            audience=estimate.audience(session, shown.campaign),
            month=shown,
            campaign=shown.campaign,
            action=action,
            is_possible=action.is_possible(shown, console.now),
            seen=month_actions.seen_of(shown),
            error=problem,
            now=console.now,
        )
    return (page, errors.status_of(problem)) if problem else page


def _reading(session: Session, shown: month.Month) -> ApproverReading | None:
    if shown.draft is None:
        return None
    return what_to_read.reading_for(
        session, shown.campaign, shown.draft, by=sessions.signed_in().email
    )


def _fields(shown: month.Month) -> list[tuple[str, str]]:
    """Each field of the text that a note may be about, and what a person calls it."""
    if shown.text is None:
        return []
    return [(name, field_title(name)) for name, _text in texts(shown.text.content)]


def _why_not(action: MonthAction, shown: month.Month, who: Staff, now: datetime) -> Refused | None:
    if action.is_possible(shown, now):
        return None
    return Refused("This cannot be done to this month as it stands now.")
