"""Stop the emails in two taps: `/stop/TOKEN`.

Opening the page changes nothing, and its form requires a choice, because mail scanners press
buttons. The page afterwards is the same for every tenant, erased ones included.

A mail program's unsubscribe button posts `List-Unsubscribe=One-Click`, which stops the emails at
once: 200, no redirect, no cookie, no choice (RFC 8058, sections 3.1 and 3.2). Many programs use
another content type or a malformed form, so the body is only searched for these words.
"""

import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import unquote_plus

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

from kit.errors import Problem
from kit.languages import WELSH
from links import ledger
from links.signing import Purpose
from portal import language, stop_undo, tokens
from portal.context import portal
from portal.stop_choices import ACTIONS, NO_CHOICE, OFFERS, SAID, TOO_LATE, UNDONE, Choice
from tenants.models import Tenant
from tenants.rights import fresh_links, rights

pages = Blueprint("stop", __name__)

ONE_CLICK = re.compile(
    r"""\bList-Unsubscribe\b["']?(?:;[^\r\n]*)?(?:[\r\n]+Content-[^\r\n]*)*[\s=:"']{1,8}One-Click(?![\w-])""",
    re.IGNORECASE,
)
"""The field's name and value, in a form of either encoding or in JSON."""


@pages.get("/stop/<token:token>")
def offered(token: str) -> str:
    _link_id(token)
    return _offers()


@pages.get("/cy/stop/<token:token>")
def offered_in_welsh(token: str) -> Redirect:
    """Lead from the Welsh half of the email to the page in Welsh."""
    return redirect(url_for(".offered", token=token, language=WELSH), 303)


@pages.post("/stop/<token:token>")
def chosen(token: str) -> str | tuple[str, int]:
    link_id, now = _link_id(token), portal().clock()
    choice = _choice()
    if choice is None and (given := request.form.get("undo")):
        return _undo(link_id, given, now)
    if request.form.get("go", "").startswith(language.SWITCH):
        return _offers(selected=choice)
    if choice is None:
        return _offers(NO_CHOICE), 422
    if tenant_action := ACTIONS.get(choice):
        _with_tenant(link_id, now, lambda session, tenant: tenant_action(session, tenant, now))
    undo = stop_undo.token(link_id, now)
    return render_template("stopped.html", said=SAID[choice], undo=undo)


def _undo(link_id: bytes, given: str, now: datetime) -> str:
    """Undo a choice; the page is the same if there was nothing to undo, so it reveals no choice."""
    at = stop_undo.pressed_at(link_id, given, now=now)
    if at is None:
        return render_template("stopped.html", said=TOO_LATE)
    _with_tenant(link_id, now, lambda session, tenant: rights.undo(session, tenant, at=at, now=now))
    return render_template("stopped.html", said=UNDONE)


def _offers(*problems: Problem, selected: Choice | None = None) -> str:
    return render_template("stop.html", offers=OFFERS, problems=problems, selected=selected)


def _choice() -> Choice | None:
    """Return the choice; None if there is none, or more than one.

    Reads the body before the form does, because that consumes it."""
    if ONE_CLICK.search(unquote_plus(request.get_data(as_text=True))):
        return Choice.STOP
    given = set(request.form.getlist("choice"))
    return Choice(given.pop()) if len(given) == 1 and given <= set(Choice) else None


def _link_id(token: str) -> bytes:
    """Read the token, also past its month; raises LinkInvalid and LinkMissing."""
    link_id = tokens.link_id(Purpose.STOP, token)
    with portal().platform.autocommit() as connection:
        ledger.look_up(connection, link_id)
    return link_id


def _with_tenant(link_id: bytes, now: datetime, act: Callable[[Session, Tenant], object]) -> None:
    """Act for the link's tenant; one whose earlier address it went to gets a letter instead."""
    with portal().platform.writing() as session:
        link = ledger.look_up(session.connection(), link_id)
        tenant = None if link.tenant_id is None else rights.by_id(session, link.tenant_id)
        if tenant is None:
            fresh_links.tell_of_use(session, link, now=now)
        else:
            act(session, tenant)
