"""The email that a month's text makes, for the editor's frame."""

from flask import Blueprint, Response, make_response, render_template, request

from campaigns.planning import typed_text
from campaigns.writing import review
from console import access, editor, message_views, security
from console.context import here

pages = Blueprint("write_preview", __name__, url_prefix="/campaigns/<month:name>/write/preview")


@pages.get("")
@access.allow(access.WRITING)
def show(name: str) -> Response:
    """The month's text as the email it makes."""
    console = here()
    with console.campaign.reading() as session:
        campaign = editor.find(session, name, console.now)
        text = typed_text.current(session, campaign, name)
        reviewed = review.of_text(session, text, name)
    if reviewed.message is None:
        page = render_template("console/no_preview.html", findings=reviewed.blocking)
        return security.as_framed(make_response(page))
    return message_views.framed_draft(reviewed.message, request.args.get("view", ""))
