"""Who works here and what they may do; for admins."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from campaigns import staff
from campaigns.models import Role
from campaigns.planning import letters
from console import access, sessions, sign_in
from console.context import here
from kit.errors import BadInput, CheckinError, Problem, Refused

pages = Blueprint("staff", __name__, url_prefix="/staff")


@pages.get("")
@access.allow(access.ADMIN)
def show() -> str:
    """Everybody, and a form to add somebody."""
    return _page(error=None)


@pages.post("/add")
@access.allow(access.ADMIN)
def add() -> Response | tuple[str, int]:
    """Add somebody; they sign in by a link sent to their address."""

    def change(session: Session) -> None:
        staff.add(session, email=_email(), roles=_some_roles(), by=_me(), now=here().now)

    answer = _change(change, f"{_email()} was added and is invited by email.")
    if isinstance(answer, Response):
        _invite(_email())
    return answer


@pages.post("/roles")
@access.allow(access.ADMIN)
def roles() -> Response | tuple[str, int]:
    """Give somebody exactly the ticked roles."""

    def change(session: Session) -> None:
        if _email() == _me() and Role.ADMIN not in _roles():
            raise Refused("You cannot take the admin role from yourself; ask another admin.")
        staff.set_roles(session, email=_email(), roles=_roles(), by=_me(), now=here().now)

    return _change(change, f"{_email()} has the roles you chose.")


@pages.post("/remove")
@access.allow(access.ADMIN)
def remove() -> Response | tuple[str, int]:
    """Remove somebody; they are signed out at once."""

    def change(session: Session) -> None:
        if _email() == _me():
            raise Refused("You cannot remove yourself; ask another admin.")
        staff.remove(session, email=_email(), by=_me(), now=here().now)

    return _change(change, f"{_email()} was removed and signed out.")


@pages.post("/end-sessions")
@access.allow(access.ADMIN)
def end_sessions() -> Response | tuple[str, int]:
    """Sign somebody out everywhere."""

    def change(session: Session) -> None:
        sign_in.end_everywhere(session, email=_email(), by=_me(), now=here().now)

    return _change(change, f"{_email()} was signed out everywhere.")


def _invite(email: str) -> None:
    console = here()
    address = f"{console.settings.console_url}{url_for('sign_in.ask')}"
    letter = letters.notice(
        "You can sign in to the Check-in console",
        lines=(
            f"{_me()} added you to the staff of Check-in, where a month’s email is written, "
            "approved and watched.",
            f"Ask there for a link to {email}; it comes by email and works once.",
        ),
        words="Go to the console",
        link=address,
    )
    console.post_room.put(lambda: console.mailer(to=email, letter=letter))


def _change(change: Callable[[Session], None], done: str) -> Response | tuple[str, int]:
    try:
        with here().campaign.writing() as session:
            change(session)
    except CheckinError as error:
        return _page(error=error), 422
    flash(done)
    return redirect(url_for("staff.show"), code=303)


def _page(*, error: CheckinError | None) -> str:
    with here().campaign.reading() as session:
        return render_template(
            "console/staff.html",
            everybody=staff.everybody(session),
            error=error,
            typed=_email() if error else "",
            now=here().now,
        )


def _me() -> str:
    return sessions.signed_in().email


def _email() -> str:
    return request.form.get("email", "").strip().lower()


def _roles() -> set[Role]:
    return {Role(role) for role in request.form.getlist("roles") if role in set(Role)}


def _some_roles() -> set[Role]:
    if not _roles():
        raise BadInput([Problem("roles", "Choose at least one role.")])
    return _roles()
