"""Save what was typed into a form when its session has ended.

If the session ended by its limits, its signed cookie still says whose it was, and the form's token
proves that the post is theirs: then the text goes to their working copy. Otherwise the response is
a page with every field, to be sent again after signing in.
"""

from collections.abc import Callable
from typing import TypeVar

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from console import sessions

View = TypeVar("View", bound=Callable[..., object])
Keep = Callable[[str, str], str]
"""Saves the posted form for (month, address); returns the URL to continue at."""

_KEEP = "checkin_keep"
BACKGROUND = "X-Checkin-Background"
KEPT = "Your session ended, and what you typed is kept. Sign in and go on where you were."


def typed(keep: Keep) -> Callable[[View], View]:
    """Mark a view whose form contains text that somebody typed."""

    def mark(view: View) -> View:
        setattr(view, _KEEP, keep)
        return view

    return mark


def is_typed_form() -> bool:
    """Whether this request posts such a form."""
    return request.method == "POST" and _keeper() is not None


def keep_what_was_typed() -> ResponseReturnValue | None:
    """Handle such a form from somebody who is not signed in; None for any other request."""
    keep, email = _keeper(), sessions.timed_out()
    if request.method != "POST" or keep is None:
        return None
    if email is None:
        return ("", 401) if BACKGROUND in request.headers else page(401)
    back = keep(str((request.view_args or {})["name"]), email)
    if BACKGROUND in request.headers:
        return "", 401
    sessions.remember_wish(back)
    flash(KEPT)
    return redirect(url_for("sign_in.ask"), code=303)


def page(status: int) -> tuple[str, int]:
    """Return a page with everything that was typed, and a button to send it again."""
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in {"csrf_token", "do"}
    ]
    return (
        render_template(
            "console/unsaved_form.html",
            fields=fields,
            action=request.script_root + request.path,
            is_out=not sessions.current(),
        ),
        status,
    )


def _keeper() -> Keep | None:
    view = current_app.view_functions.get(request.endpoint or "")
    keep: Keep | None = getattr(view, _KEEP, None)
    return keep
