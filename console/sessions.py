"""Sessions: a signed cookie with an idle and an absolute limit.

The cookie holds who signed in, when, and when they were last active. A session that began before
the person's `sessions_from` has ended, whatever its cookie says.
"""

from datetime import UTC, datetime, timedelta

from flask import Flask, g, request, session
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session

from campaigns.models import Staff
from links.keys import Ring

IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=12)
REFRESH_EVERY = timedelta(minutes=1)

EMAIL, BEGAN, SEEN, NEXT = "email", "began", "seen", "next"


class Cookies(SecureCookieSessionInterface):
    """Signs cookies with the ring's newest key and verifies with all; the ring may be replaced."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        newest, *older = reversed(self._ring.current())
        app.config.update(SECRET_KEY=newest, SECRET_KEY_FALLBACKS=older)
        return super().get_signing_serializer(app)


def begin(member: Staff, now: datetime) -> str:
    """Start a session in a new cookie; returns the path that the person wanted to visit."""
    wanted = str(session.get(NEXT, f"{request.script_root}/"))
    session.clear()
    session[EMAIL] = member.email
    session[BEGAN] = session[SEEN] = now.isoformat()
    return wanted


def end() -> None:
    """Clear this browser's cookie."""
    session.clear()


def remember_wish(path: str) -> None:
    """Remember where to go after signing in, if it is a path of this site."""
    if path.startswith("/") and not path.startswith(("//", "/\\")):
        session[NEXT] = path


def load(database_session: Session, *, now: datetime, is_background: bool) -> Staff | None:
    """Load the session's member of staff into `g.staff`.

    A request made by a page's script (`is_background`) does not count as activity.
    """
    g.staff = _holder(database_session, now)
    if g.staff is None:
        if not is_background:
            session.pop(EMAIL, None)
    elif not is_background and now - _moment(SEEN) >= REFRESH_EVERY:
        session[SEEN] = now.isoformat()
    return current()


def current() -> Staff | None:
    """Return who is signed in, or None."""
    member: Staff | None = g.get("staff")
    return member


def signed_in() -> Staff:
    """Return who is signed in, on a page for staff only."""
    member = current()
    if member is None:
        raise RuntimeError("this page was reached without signing in")
    return member


def _holder(database_session: Session, now: datetime) -> Staff | None:
    email = session.get(EMAIL)
    if not email:
        return None
    began, seen = _moment(BEGAN), _moment(SEEN)
    if now - began >= ABSOLUTE_LIMIT or now - seen >= IDLE_LIMIT:
        return None
    member = database_session.get(Staff, email)
    return member if member is not None and began >= member.sessions_from else None


def _moment(key: str) -> datetime:
    try:
        return datetime.fromisoformat(str(session.get(key)))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
