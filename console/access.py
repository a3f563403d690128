"""Access control. A view without a declared rule is open to nobody."""

from collections.abc import Callable
from typing import TypeVar

from flask import abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from campaigns import staff_tokens
from campaigns.models import Role
from console import sessions, unsaved_form
from console.context import here

View = TypeVar("View", bound=Callable[..., object])

ANYBODY: frozenset[Role] = frozenset()
EVERY_ROLE = frozenset(Role)
WORKING = frozenset({Role.AUTHOR, Role.APPROVER, Role.ADMIN})
ADMIN = frozenset({Role.ADMIN})
WRITING = frozenset({Role.AUTHOR})

_RULE = "checkin_allowed"
BACKGROUND = "X-Checkin-Background"
"""What a page's script asks for: "typing" where somebody just typed, else it asks by itself."""


def allow(roles: frozenset[Role]) -> Callable[[View], View]:
    """Open a view to staff with one of `roles`, or to `ANYBODY`."""

    def mark(view: View) -> View:
        setattr(view, _RULE, roles)
        return view

    return mark


def rule_of(view: Callable[..., object]) -> frozenset[Role] | None:
    """Return the roles that a view is open to; None if none were declared."""
    return getattr(view, _RULE, None)


def guard() -> ResponseReturnValue | None:
    """Require sign-in and the right role; runs before every request.

    Health checks are answered without a query.
    """
    if request.endpoint is None or request.endpoint == "static" or request.blueprint == "health":
        return None
    rule = rule_of(current_app.view_functions[request.endpoint])
    if rule is None:
        abort(403)
    if (token := _token()) is not None:
        _refuse_unless_figures(token, rule)
        return None
    with here().campaign.reading() as session:
        member = sessions.load(session, now=here().now, is_background=_is_by_itself())
    if rule == ANYBODY:
        return None
    if member is None:
        return _sign_in_first()
    if not rule & set(member.roles):
        abort(403)
    return None


def _is_by_itself() -> bool:
    return request.headers.get(BACKGROUND, "typing") != "typing"


def _token() -> str | None:
    """Return the token in the request's header, or None."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


def _refuse_unless_figures(token: str, rule: frozenset[Role]) -> None:
    """Refuse a token anything but files of released figures that its owner's roles allow."""
    if request.blueprint != "reports" or request.method not in ("GET", "HEAD"):
        abort(403)
    with here().campaign.reading() as session:
        owner = staff_tokens.owner_of(session, token)
    if owner is None:
        abort(401)
    if not rule & set(owner.roles):
        abort(403)
    g.staff = owner


def _sign_in_first() -> ResponseReturnValue:
    if BACKGROUND in request.headers:
        abort(401)
    if request.method == "GET":
        sessions.remember_wish(request.script_root + request.full_path.rstrip("?"))
    return unsaved_form.page(401) or redirect(url_for("sign_in.ask"), code=303)
