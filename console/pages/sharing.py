"""Send a test to oneself, and ask approvers for an approval."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from campaigns import audit, staff
from campaigns.models import CutReason
from campaigns.planning import conversation, step_notices
from campaigns.planning.letters import StaffEmail
from campaigns.writing import review, versions
from console import access, message_views, sessions
from console.context import Console, here
from kit.errors import Refused

pages = Blueprint("sharing", __name__, url_prefix="/campaigns/<month:name>")

TEST = "TEST: "
NOBODY = "Choose at least one inbox to send the test to."
TOO_MANY_TESTS = "That was many tests in a short time; wait 15 minutes before the next."


@pages.post("/test")
@access.allow(access.WORKING)
def send_test(name: str) -> Response:
    """Send the month's email, marked TEST, to whoever asks or to the inboxes they chose."""
    console, me = here(), sessions.signed_in()
    if not console.test_sends.allows(me.email, now=console.now):
        raise Refused(TOO_MANY_TESTS)
    with console.campaign.writing() as session:
        campaign = versions.find(session, name)
        found = review.of_campaign(session, campaign)
        if found is None or found.message is None:
            abort(404)
        versions.cut(session, campaign, CutReason.TESTED)
        to = _chosen(inboxes(console, session), me.email)
        audit.record(session, who=me.email, action="test sent", now=console.now, month=name, to=to)
    copy = message_views.filled(found.message)
    letter = StaffEmail(subject=f"{TEST}{copy.subject}", text=copy.text, html=copy.html)
    _post(console, to, letter)
    flash(f"A test is on its way to {' and '.join(to)}. Its links work and store nothing.")
    return redirect(url_for("campaigns.show", name=name), code=303)


@pages.post("/ask")
@access.allow(access.WRITING)
def ask_for_approval(name: str) -> Response:
    """Tell every approver who did not write it that the month waits for them."""
    console, me = here(), sessions.signed_in()
    note = request.form.get("note", "")
    with console.campaign.writing() as session:
        asked = conversation.ask(session, month=name, by=me.email, now=console.now, note=note)
    tell_of_steps(console, name)
    flash(f"Asked {' and '.join(asked)} by email.")
    return redirect(url_for("campaigns.show", name=name), code=303)


def inboxes(console: Console, session: Session) -> list[str]:
    """Where a test may go: all staff, then the inboxes of `CHECKIN_TEST_INBOXES`."""
    colleagues = [member.email for member in staff.everybody(session)]
    return list(dict.fromkeys([*colleagues, *console.settings.test_inboxes]))


def tell_of_steps(console: Console, month: str) -> None:
    """Tell the others of what was just done about a month, after the response.

    What cannot be sent now is tried again by the next tick.
    """

    def tell() -> None:
        step_notices.tell(
            console.campaign,
            console.mailer,
            console_url=console.settings.console_url,
            clock=console.clock,
            month=month,
        )

    console.post_room.put(tell)


def _chosen(offered: list[str], me: str) -> list[str]:
    """The inboxes whose boxes were ticked; whoever asks, where the form has no boxes.

    A test never goes to an address that somebody typed.
    """
    if "choose" not in request.form:
        return [me]
    ticked = set(request.form.getlist("to"))
    chosen = [address for address in offered if address in ticked]
    if not chosen:
        raise Refused(NOBODY)
    return chosen


def _post(console: Console, addresses: list[str], letter: StaffEmail) -> None:
    def send() -> None:
        for address in addresses:
            console.mailer(to=address, letter=letter)

    console.post_room.put(send)
