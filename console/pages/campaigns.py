"""One month: its state, message, checks and progress of sending."""

from flask import Blueprint, render_template, request

from campaigns.models import Role
from campaigns.planning import drafts
from campaigns.writing import versions
from console import access, message_views, sessions
from console.context import here
from console.months import month, month_actions

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
            campaign=shown.campaign,
            actions=month_actions.offered(shown, sessions.signed_in(), console.now),
            can_write=can_write,
            can_ask=can_write and month_actions.can_be_approved(shown, console.now),
            view=message_views.chosen(request.args.get("view", "")),
            views=message_views.VIEWS,
            sender=console.settings.from_address,
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
            progress=month.progress_of(session, campaign, now=console.now),
            now=console.now,
        )
