"""The exact bytes that are sent, with sample links, for a frame on the month's page."""

from flask import Blueprint, Response, abort, make_response, render_template

from campaigns.content.compile import CompiledMessage
from campaigns.writing import review, versions
from console import access, message_views, security
from console.context import here

pages = Blueprint("message", __name__)


@pages.get("/campaigns/<month:name>/message.html")
@access.allow(access.EVERY_ROLE)
def html(name: str) -> Response:
    """The HTML part."""
    return message_views.framed(_message(name), "phone")


@pages.get("/campaigns/<month:name>/message.txt")
@access.allow(access.EVERY_ROLE)
def text(name: str) -> Response:
    """The text part."""
    return message_views.framed(_message(name), "text")


@pages.get("/sample-link")
@access.allow(access.ANYBODY)
def sample_link() -> Response:
    """Show that the links of a preview are samples."""
    return security.as_framed(make_response(render_template("console/sample_link.html")))


def _message(name: str) -> CompiledMessage:
    with here().campaign.reading() as session:
        found = review.of_campaign(session, versions.find(session, name))
    if found is None or found.message is None:
        abort(404)
    return found.message
