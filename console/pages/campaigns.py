"""One month: its state, message, checks and progress of sending."""

from flask import Blueprint, render_template, request

from campaigns.models import Role
from campaigns.planning import drafts
from campaigns.writing import versions
from console import access, message_views, sessions
from console.bounces import month_bounces
from console.context import here
from console.months import month, month_actions, status_summary
from console.pages import sharing

pages = Blueprint("campaigns", __name__, url_prefix="/campaigns")


@pages.get("/<month:name>")
@access.allow(access.EVERY_ROLE)
def show(name: str) -> str:
    """Show the month's page."""
    console = here()
    with console.campaign.reading() as session:
        shown = month.load(session, name, now=console.now, own_rate=console.settings.send_rate)
        is_author = Role.AUTHOR in sessions.signed_in().roles
        can_write = is_author and shown.campaign.state in drafts.STILL_WRITTEN
        return render_template(
            "console/campaign.html",
            month=shown,
            sentence=shown.status.sentence,
            campaign=shown.campaign,
            actions=month_actions.offered(shown, sessions.signed_in(), console.now),
            can_write=can_write,
            can_ask=can_write and month_actions.can_be_approved(shown, console.now),
            view=message_views.chosen(request.args.get("view", "")),
            views=message_views.VIEWS,
            sender=console.settings.from_address,
            test_inboxes=sharing.inboxes(console, session),
            now=console.now,
        )


@pages.get("/<month:name>/progress")
@access.allow(access.EVERY_ROLE)
def progress(name: str) -> str:
    """Return the part of the page that changes during sending, for the page's script."""
    console = here()
    with console.campaign.reading() as session:
        campaign = versions.find(session, name)
        return render_template(
            "console/progress.html",
            campaign=campaign,
            sentence=status_summary.of(session, campaign, now=console.now).sentence,
            progress=month.progress_of(session, campaign, now=console.now),
            now=console.now,
        )


@pages.get("/<month:name>/bounces")
@access.allow(access.WORKING)
def bounces(name: str) -> str:
    """Why the month's mail bounced, and which addresses."""
    console = here()
    with console.campaign.reading() as session:
        campaign = versions.find(session, name)
        page = request.args.get("page", 1, type=int)
        return render_template(
            "console/bounces.html",
            campaign=campaign,
            bounced=month_bounces(session, campaign, page=page),
            now=console.now,
        )
