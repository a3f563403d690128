"""The email compiled from an unsaved text, for the editor's frame."""

from flask import Blueprint, Response, make_response, render_template, request

from campaigns.writing import review
from console import access, editor, message_views, security, sessions
from console.context import here

pages = Blueprint("write_preview", __name__, url_prefix="/campaigns/<month:name>/write/preview")


@pages.get("")
@access.allow(access.WRITING)
def show(name: str) -> Response:
    """Show the email compiled from this person's working copy."""
    console, me = here(), sessions.signed_in()
    with console.campaign.reading() as session:
        content = editor.typed(session, name, email=me.email, now=console.now)
        reviewed = review.of_text(session, content, name)
    if reviewed.message is None:
        page = render_template("console/no_preview.html", findings=reviewed.blocking)
        return security.as_framed(make_response(page))
    return message_views.framed(reviewed.message, request.args.get("view", ""))
