"""Sign in and out. GET shows a button; only POST uses the link."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns import staff
from console import access, sessions, sign_in
from console.context import Console, here
from console.mailing import sign_in_letter
from kit.errors import NotFound
from links.errors import LinkInvalid

pages = Blueprint("sign_in", __name__)


@pages.get("/sign-in")
@access.allow(access.ANYBODY)
def ask() -> str | Response:
    """Show the form for an address."""
    if sessions.current():
        return redirect(url_for("year.show"), code=303)
    return _form(None)


@pages.post("/sign-in")
@access.allow(access.ANYBODY)
def send() -> str | tuple[str, int]:
    """Show the same page in the same time for every address."""
    email = request.form.get("email", "").strip()
    if "@" not in email:
        return _form("Enter your email address."), 422
    console = here()
    console.post_room.put(lambda: _send_link(console, email))
    return render_template("console/sign_in_sent.html", minutes=_minutes())


@pages.get("/sign-in/<token:token>")
@access.allow(access.ANYBODY)
def show(token: str) -> str | tuple[str, int]:
    """Show a button if the link is valid; opening changes nothing, because scanners open links."""
    console = here()
    with console.campaign.reading() as session:
        is_open = sign_in.is_open(session, token=token, keys=console.keys, now=console.now)
    if not is_open:
        return _no_longer()
    return render_template("console/sign_in_accept.html", token=token)


@pages.post("/sign-in/<token:token>")
@access.allow(access.ANYBODY)
def accept(token: str) -> Response | tuple[str, int]:
    """Use the link and begin a session."""
    console = here()
    try:
        with console.campaign.writing() as session:
            member = sign_in.accept(session, token=token, keys=console.keys, now=console.now)
    except LinkInvalid:
        return _no_longer()
    return redirect(sessions.begin(member, console.now), code=303)


@pages.post("/sign-out")
@access.allow(access.EVERY_ROLE)
def leave() -> Response:
    """End the session, here and on the server: a copy of its cookie opens nothing any more."""
    console = here()
    with console.campaign.writing() as session:
        sessions.end(session, now=console.now)
    return redirect(url_for("sign_in.ask"), code=303)


@pages.get("/sign-out-everywhere")
@access.allow(access.EVERY_ROLE)
def ask_leave_everywhere() -> str:
    """Ask for confirmation."""
    return render_template("console/sign_out_everywhere.html")


@pages.post("/sign-out-everywhere")
@access.allow(access.EVERY_ROLE)
def leave_everywhere() -> Response:
    """End every session of this person, this one too."""
    console, me = here(), sessions.signed_in()
    with console.campaign.writing() as session:
        sign_in.end_everywhere(session, email=me.email, by=me.email, now=console.now)
    sessions.clear_cookie()
    return redirect(url_for("sign_in.ask"), code=303)


def _form(problem: str | None) -> str:
    is_single = here().single_sign_on is not None
    return render_template("console/sign_in.html", problem=problem, is_single=is_single)


def _send_link(console: Console, email: str) -> None:
    with console.campaign.writing() as session:
        try:
            member = staff.find(session, email)
        except NotFound:
            return
        if not sign_in.may_have_another(session, email=member.email, now=console.now):
            return
        link = sign_in.new_link(
            session,
            email=member.email,
            keys=console.keys,
            console_url=console.settings.console_url,
            now=console.now,
        )
    console.mailer(to=member.email, letter=sign_in_letter(link))


def _minutes() -> int:
    return int(sign_in.LINK_LIFETIME.total_seconds() // 60)


def _no_longer() -> tuple[str, int]:
    return render_template("console/sign_in_over.html", minutes=_minutes()), 410
