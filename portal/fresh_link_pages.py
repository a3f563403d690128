"""Ask for a fresh link by email, from a page that a spent or an expired link leads to.

The old token is enough to ask, and the page is the same whatever the result, so that the sender,
who saw the token too, learns nothing. A box must be ticked, because scanners press buttons. The
form posts to its own URL, so that no page contains a token.
"""

from flask import render_template, request

from kit.errors import Problem
from links.signing import Purpose
from portal import language, tokens
from portal.context import portal
from replies.form import rounds
from tenants.rights import fresh_links

ASK, FRESH_LINK = "ask", "fresh-link"
FIELD, YES = "by-email", "yes"
NOT_TICKED = Problem(FIELD, "Tick the box if you want us to email you a new link")


def is_asked_for() -> bool:
    """Whether the posted form asks for a fresh link."""
    return request.form.get(ASK) == FRESH_LINK


def answer(token: str) -> str | tuple[str, int]:
    """Handle the form and return the next page; raises LinkInvalid."""
    link_id = tokens.link_id(Purpose.REPLY, token)
    is_ticked = request.form.getlist(FIELD) == [YES]
    if request.form.get("go", "").startswith(language.SWITCH):
        return _offer(is_ticked=is_ticked)
    if not is_ticked:
        return _offer(NOT_TICKED), 422
    with portal().platform.writing() as session:
        fresh_links.request_link(session, link_id=link_id, now=portal().clock())
    return render_template("fresh_link_sent.html", is_open=is_open(), a_day=fresh_links.A_DAY)


def is_open() -> bool:
    """Whether any month accepts replies today, which is the same for everybody."""
    with portal().platform.reading() as session:
        return rounds.newest_open(session, today=portal().today()) is not None


def _offer(*problems: Problem, is_ticked: bool = False) -> str:
    return render_template("fresh_link.html", problems=problems, is_ticked=is_ticked)
