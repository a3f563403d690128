"""Turn what somebody pastes into the editor into the text that an email can have."""

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from campaigns.writing import pasting
from console import access

pages = Blueprint("write_paste", __name__, url_prefix="/campaigns/<month:name>/write/paste")


@pages.post("")
@access.allow(access.WRITING)
def convert(name: str) -> Response:
    """Convert the clipboard's HTML, or its plain text where it has no HTML; nothing is saved."""
    html = request.form.get("html", "")
    found = pasting.from_html(html) if html.strip() else None
    if found is None or not found.text:
        found = pasting.from_text(request.form.get("text", ""))
    return jsonify(text=found.text, said=found.said)
