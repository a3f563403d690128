"""Take back what was just sent: on the page just after, for half an hour.

Whoever holds the link sees that page too when they post it, whether it was spent or not, and must
learn nothing from it. So its token names the moment of the press with a keyed digest over the reply
that was stored, if any was: nobody but the portal can tell. A press on it takes back that one reply
and no other, and is answered alike whether there was one.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta

from flask import render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

from links import ledger
from links.signing import Purpose
from portal import going_back, tokens
from portal.context import portal
from portal.stop_choices import Said
from replies import intake
from tenants.models import Tenant
from tenants.rights import reply_rights, rights

LIFE = timedelta(minutes=30)
FIELD = "undo"
DONE = "done"
"""In the query of the page after a press, which shows what was done and does nothing."""

TAKEN_BACK = Said(
    "Your housing association does not see it",
    "If you showed them these answers on that page, they no longer see them. Your answers still"
    " count in the totals.",
)
DELETED = Said(
    "It is deleted",
    "What you sent on that page is gone, and nobody sees it. It does not count in any new total.",
)
TOO_LATE = Said(
    "That was too long ago",
    "This page can take a reply back for half an hour. After that, open your data page.",
)

Right = Callable[[Session, Tenant, str, datetime], object]
RIGHTS: dict[str, tuple[Said, Right]] = {
    "take-back": (
        TAKEN_BACK,
        lambda session, tenant, month, now: reply_rights.take_back(
            session, tenant, month=month, now=now
        ),
    ),
    "delete": (
        DELETED,
        lambda session, tenant, month, now: reply_rights.delete_one(
            session, tenant, month=month, now=now
        ),
    ),
}


def token(link_id: bytes, reply_id: int | None, pressed_at: datetime) -> str:
    """The token of a press that stored this reply, or none: its moment, and a digest."""
    moment = pressed_at.isoformat()
    return f"{moment} {_digest(portal().link_keys.current()[-1], link_id, reply_id, moment)}"


def answer(path_token: str, given: str) -> str | Redirect:
    """The page after a press; raises LinkInvalid and LinkMissing."""
    link_id, now = tokens.link_id(Purpose.REPLY, path_token), portal().clock()
    do = request.form.get("do", "")
    said, right = RIGHTS.get(do, RIGHTS["take-back"])
    if DONE in request.args:
        return _page(said, undo=given)
    moment, _, digest = given.partition(" ")
    if not _is_recent(moment, now):
        return _page(TOO_LATE)
    with portal().platform.writing() as session:
        link = ledger.look_up(session.connection(), link_id)
        tenant = None if link.tenant_id is None else rights.by_id(session, link.tenant_id)
        if tenant is not None:
            reply_id = intake.number(session, tenant_id=tenant.id, month=link.month)
            if reply_id is not None and _fits(link_id, reply_id, moment, digest):
                right(session, tenant, link.month, now)
    return going_back.ended(**{DONE: do})


def _page(said: Said, undo: str = "") -> str:
    return render_template("taken_back.html", said=said, undo=undo, is_deleted=said is DELETED)


def _is_recent(moment: str, now: datetime) -> bool:
    try:
        return timedelta() <= now - datetime.fromisoformat(moment) <= LIFE
    except (TypeError, ValueError):
        return False


def _fits(link_id: bytes, reply_id: int, moment: str, digest: str) -> bool:
    """Whether the token is of the press that stored this very reply, with any key still in use."""
    return any(
        hmac.compare_digest(_digest(key, link_id, reply_id, moment).encode(), digest.encode())
        for key in portal().link_keys.current()
    )


def _digest(key: bytes, link_id: bytes, reply_id: int | None, moment: str) -> str:
    named = f"checkin.replies.undo {link_id.hex()} {reply_id} {moment}"
    return hmac.new(key, named.encode(), hashlib.sha256).hexdigest()
