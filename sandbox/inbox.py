"""The inbox's pages: the list of mails, and one mail as HTML, text, headers and source.

A mail's own HTML is shown in a sandboxed frame: no script, no form, nothing remote; its links open
in a new tab at top level.
"""

import re
from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, Response, abort, make_response, render_template, request
from jinja2 import FileSystemLoader, StrictUndefined

from kit.clock import LONDON
from kit.errors import NotFound
from kit.templating import TEMPLATES
from sandbox import answering, mime
from sandbox.mail import AcceptedMail
from sandbox.mailbox import Mailbox
from sandbox.receiving import Receiving

PAGE_SIZE = 50
VIEWS = {
    "phone": "Phone",
    "desktop": "Desktop",
    "text": "Plain text",
    "headers": "Headers",
    "source": "Source",
}
OUTCOMES = {
    "delivered": ("Delivered", "good"),
    "answered-by-machine": ("Delivered, out of office", "good"),
    "bounced": ("Bounced", "bad"),
    "bounced-for-now": ("Bounced for now", "warn"),
    "complained": ("Reported as spam", "bad"),
    "suppressed": ("Suppressed", "warn"),
    "suppressed-by-account": ("Suppressed", "warn"),
    "delayed": ("Delivered late", "warn"),
    "silent": ("Sent", "good"),
    "rejected": ("Rejected", "bad"),
    "rendering-failure": ("Not rendered", "bad"),
}
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
NEW_TAB = '<base target="_blank">'


def create_app(mailbox: Mailbox, receiving: Receiving) -> Flask:
    """Return the inbox application for a mailbox; replies to its mails go to `receiving`."""
    app = Flask("sandbox", static_folder="static")
    app.jinja_loader = FileSystemLoader(TEMPLATES / "inbox")
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters["london"] = _london
    app.jinja_env.globals["OUTCOMES"] = OUTCOMES
    app.jinja_env.globals["VIEWS"] = VIEWS
    app.register_blueprint(_pages(mailbox))
    app.register_blueprint(answering.pages(mailbox, receiving))
    app.after_request(_secure)
    app.register_error_handler(NotFound, _missing)
    app.register_error_handler(404, _missing)
    return app


def _pages(mailbox: Mailbox) -> Blueprint:
    pages = Blueprint("inbox", __name__)

    @pages.get("/")
    def index() -> str:
        search = request.args.get("address", "")[:320]
        number = request.args.get("page", 1, type=int)
        page = mailbox.page(number=number, size=PAGE_SIZE, search=search)
        return render_template("index.html", page=page, search=search.strip())

    @pages.get("/mail/<int:number>")
    def show(number: int) -> str:
        mail = mailbox.find(number)
        view = request.args.get("view", "phone" if mail.html else "text")
        if view not in VIEWS:
            abort(404)
        return render_template("mail.html", mail=mail, view=view, **_details(mail, view))

    @pages.get("/mail/<int:number>/html")
    def html(number: int) -> Response:
        response = make_response(_with_new_tabs(mailbox.find(number).html))
        response.headers["Content-Security-Policy"] = MAIL_POLICY
        return response

    @pages.get("/mail/<int:number>.eml")
    def source(number: int) -> Response:
        response = make_response(mime.source(mailbox.find(number)))
        response.headers["Content-Type"] = "message/rfc822"
        response.headers["Content-Disposition"] = f'attachment; filename="mail-{number}.eml"'
        return response

    @pages.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    return pages


def _details(mail: AcceptedMail, view: str) -> dict[str, Any]:
    return {
        "headers": mime.header_list(mail) if view == "headers" else [],
        "source": mime.source(mail).decode("utf-8", "replace") if view == "source" else "",
    }


def _with_new_tabs(html: str) -> str:
    """Make every link of the mail open a new tab, whatever its own target."""
    if HEAD.search(html):
        return HEAD.sub(lambda found: found[0] + NEW_TAB, html, count=1)
    return f"<!doctype html><head>{NEW_TAB}</head>{html}"


def _london(moment: datetime, pattern: str = "%-d %B %Y, %H:%M:%S") -> str:
    return moment.astimezone(LONDON).strftime(pattern)


def _missing(_error: Exception) -> tuple[str, int]:
    return render_template("missing.html"), 404


def _secure(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
