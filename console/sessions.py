"""Sessions: a signed cookie with an idle and an absolute limit.

The cookie holds who signed in, when, and when they were last active. A session that its person
ended, or that began before their `sessions_from`, has ended whatever a copy of its cookie says.
"""

import secrets
from datetime import UTC, datetime, timedelta

from flask import Flask, g, request, session
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session

from campaigns import staff
from campaigns.models import Staff
from links.keys import Ring

IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=12)
REFRESH_EVERY = timedelta(minutes=1)

EMAIL, BEGAN, SEEN, ID, NEXT = "email", "began", "seen", "id", "next"


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
    session[ID] = secrets.token_urlsafe(9)
    return wanted


def end(database_session: Session, *, now: datetime) -> None:
    """End this browser's session, on the server too."""
    oldest = (now - ABSOLUTE_LIMIT).isoformat()
    email = signed_in().email
    staff.sign_out(database_session, email=email, name=_name(), kept_from=oldest, now=now)
    clear_cookie()


def clear_cookie() -> None:
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
    if member is None or began < member.sessions_from or _name() in member.signed_out.splitlines():
        return None
    return member


def _name() -> str:
    """The session's name: when it began, then what no other has."""
    return f"{session.get(BEGAN)} {session.get(ID)}"


def _moment(key: str) -> datetime:
    try:
        return datetime.fromisoformat(str(session.get(key)))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
