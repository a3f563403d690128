"""Views of a compiled message, always the exact bytes that are sent.

The frame sets the light or dark colour scheme (CSS Color Adjustment, 2.3.2).
"""

from flask import Response, make_response

from campaigns.content.compile import CompiledMessage, FilledMessage
from console import security
from console.context import here

VIEWS = {"phone": "Phone", "desktop": "Desktop", "dark": "Dark", "text": "Text only"}
TEXT = "text/plain; charset=utf-8"


def chosen(wanted: str) -> str:
    """Return a key of `VIEWS`: `wanted`, or the first."""
    return wanted if wanted in VIEWS else "phone"


def filled(message: CompiledMessage) -> FilledMessage:
    """Return the message with links to a page that says they are samples."""
    address = f"{here().settings.console_url}/sample-link"
    return message.fill(reply_link=address, stop_link=address)


def framed(message: CompiledMessage, view: str) -> Response:
    """The answer for a frame: the text part where `view` is "text", else the HTML part."""
    return security.as_mail(_part(message, view))


def framed_draft(message: CompiledMessage, view: str) -> Response:
    """The same for the frame beside an editor, which follows what is typed."""
    return security.as_draft(_part(message, view))


def _part(message: CompiledMessage, view: str) -> Response:
    copy = filled(message)
    if view == "text":
        return make_response(copy.text, {"Content-Type": TEXT})
    return make_response(copy.html)
