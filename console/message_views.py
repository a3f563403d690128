"""The ways to look at a compiled message: always the very bytes that are sent.

Whether it is shown light or dark is said by the frame it stands in (CSS Color Adjustment, 2.3.2).
"""

from flask import Response, make_response

from campaigns.content.compile import CompiledMessage, FilledMessage
from console import security
from console.context import here

VIEWS = {"phone": "Phone", "desktop": "Desktop", "dark": "Dark", "text": "Text only"}
TEXT = "text/plain; charset=utf-8"


def chosen(wanted: str) -> str:
    """A key of `VIEWS`: the wanted one, or the first."""
    return wanted if wanted in VIEWS else "phone"


def filled(message: CompiledMessage) -> FilledMessage:
    """The message with links to a page that says that they are samples."""
    address = f"{here().settings.console_url}/sample-link"
    return message.fill(reply_link=address, stop_link=address)


def framed(message: CompiledMessage, view: str) -> Response:
    """The answer for a frame: the text part where `view` is "text", else the HTML part."""
    copy = filled(message)
    if view == "text":
        return security.as_mail(make_response(copy.text, {"Content-Type": TEXT}))
    return security.as_mail(make_response(copy.html))
