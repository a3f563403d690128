"""The email that an unsaved text makes, for the editor's frame."""

from flask import Blueprint, Response, make_response, render_template, request

from campaigns.content.compile import compile_message
from console import access, editor, message_views, security, sessions
from console.context import here
from kit.errors import BadInput

pages = Blueprint("write_preview", __name__, url_prefix="/campaigns/<month:name>/write/preview")


@pages.get("")
@access.allow(access.WRITING)
def show(name: str) -> Response:
    """What this person typed last, as the email it makes."""
    console, me = here(), sessions.signed_in()
    with console.campaign.reading() as session:
        content = editor.typed(session, name, email=me.email, now=console.now)
    try:
        message = compile_message(content, name)
    except BadInput as error:
        page = render_template("console/no_preview.html", error=error)
        return security.as_framed(make_response(page))
    return message_views.framed(message, request.args.get("view", ""))
