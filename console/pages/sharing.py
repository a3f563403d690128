"""Send a test to oneself, and ask approvers for an approval."""

from flask import Blueprint, abort, flash, redirect, url_for
from werkzeug.wrappers import Response

from campaigns import audit, staff
from campaigns.models import CampaignState, CutReason, Role
from campaigns.planning import approval, letters
from campaigns.planning.letters import StaffEmail
from campaigns.writing import review, versions
from console import access, message_views, sessions
from console.context import Console, here
from console.words import moment
from kit.errors import Refused
from kit.months import month_name

pages = Blueprint("sharing", __name__, url_prefix="/campaigns/<month:name>")

TEST = "TEST: "
NO_APPROVER = (
    "Nobody on staff may approve this: an approver is needed who did not write it. "
    "An admin can add one."
)


@pages.post("/test")
@access.allow(access.WORKING)
def send_test(name: str) -> Response:
    """Send the month's email to oneself, marked TEST, with links that store nothing."""
    console, me = here(), sessions.signed_in()
    if not console.test_sends.allows(me.email, now=console.now):
        raise Refused("That was many tests in a short time; wait 15 minutes before the next.")
    with console.campaign.writing() as session:
        campaign = versions.find(session, name)
        found = review.of_campaign(session, campaign)
        if found is None or found.message is None:
            abort(404)
        versions.cut(session, campaign, CutReason.TESTED)
        audit.record(session, who=me.email, action="test sent", now=console.now, month=name)
    copy = message_views.filled(found.message)
    letter = StaffEmail(subject=f"{TEST}{copy.subject}", text=copy.text, html=copy.html)
    _post(console, [me.email], letter)
    flash(f"A test is on its way to {me.email}. Its links work and store nothing.")
    return redirect(url_for("campaigns.show", name=name), code=303)


@pages.post("/ask")
@access.allow(access.WRITING)
def ask_for_approval(name: str) -> Response:
    """Email every approver who did not write the text that the month needs approval."""
    console, me = here(), sessions.signed_in()
    with console.campaign.writing() as session:
        campaign = versions.find(session, name)
        if campaign.state != CampaignState.DRAFT:
            raise Refused("Only a draft can wait for an approval.")
        found = review.of_campaign(session, campaign)
        if found is None or found.blocking:
            raise Refused("The checks name something to put right first; then ask again.")
        authors = approval.authors_to_approve(session, campaign)
        readers = [
            member.email
            for member in staff.everybody(session)
            if Role.APPROVER in member.roles and member.email not in authors
        ]
        if not readers:
            raise Refused(NO_APPROVER)
        audit.record(session, who=me.email, action="approval asked", now=console.now, month=name)
        versions.cut(session, campaign, CutReason.ASKED)
        send_at, ends = campaign.send_at, campaign.not_after
    letter = letters.notice(
        f"{month_name(name)} waits for your approval",
        lines=(
            f"{me.email} asks you to read {month_name(name)}’s email and to approve it.",
            f"It goes on {moment(send_at)}. Approved after {moment(ends)} it cannot go any more.",
        ),
        words="Read and approve",
        link=f"{console.settings.console_url}{url_for('campaigns.show', name=name)}",
    )
    _post(console, readers, letter)
    flash(f"Asked {' and '.join(readers)} by email.")
    return redirect(url_for("campaigns.show", name=name), code=303)


def _post(console: Console, addresses: list[str], letter: StaffEmail) -> None:
    def send() -> None:
        for address in addresses:
            console.mailer(to=address, letter=letter)

    console.post_room.put(send)
