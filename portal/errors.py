"""Error pages that say calmly what to do."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, Response, make_response, render_template
from werkzeug.exceptions import HTTPException, InternalServerError

from kit.errors import NotFound
from links.errors import LinkError, LinkExpired, LinkInvalid, LinkMissing
from portal import fresh_link_pages


@dataclass(frozen=True, slots=True)
class Calm:
    """An error page's heading, paragraphs and link."""

    status: int
    heading: str
    paragraphs: tuple[str, ...]
    offers_fresh_link: bool = False
    leads_to_data: bool = False


NOTHING_LOST = "Nothing was sent or changed."
SIGN_IN = "You can also sign in to rent-flex, or wait for next month’s email."

INVALID = Calm(
    HTTPStatus.NOT_FOUND,
    "This link does not work",
    (
        "Part of the link may be missing. This can happen when you copy a link, or when an email"
        " breaks it in two.",
        "Please open your check-in email again. Press the button or the link in it.",
        SIGN_IN,
    ),
    leads_to_data=True,
)
MISSING = Calm(
    HTTPStatus.NOT_FOUND,
    "This link is no longer in use",
    (
        "It may be from an old email. Please look for our newest email and press the button in it.",
        SIGN_IN,
    ),
    leads_to_data=True,
)
EXPIRED = Calm(
    HTTPStatus.GONE,
    "This check-in has closed",
    (
        "The link in your email worked for a few weeks. That time is over.",
        "Please look for next month’s email. If you need help with your rent before then,"
        " sign in to rent-flex or call your housing association.",
    ),
    leads_to_data=True,
)
RENEWABLE = Calm(
    HTTPStatus.GONE,
    "This link is too old",
    (
        "The link in your email worked for a few weeks. That time is over.",
        "But a check-in is open now, and we can email you the link to it.",
    ),
    offers_fresh_link=True,
)
NOT_HERE = Calm(
    HTTPStatus.NOT_FOUND,
    "There is no page here",
    ("Please open your check-in email and press the button in it.",),
    leads_to_data=True,
)
TOO_LONG = Calm(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "That was too much for us to read",
    (NOTHING_LOST, "To start again, open your check-in email and press the button."),
)
NOT_UNDERSTOOD = Calm(
    HTTPStatus.BAD_REQUEST,
    "We could not read that",
    (NOTHING_LOST, "To start again, open your check-in email and press the button."),
)
TOO_MANY = Calm(
    HTTPStatus.TOO_MANY_REQUESTS,
    "Please wait a minute",
    (
        NOTHING_LOST,
        "We were asked for too much at once. It may be by others who share your network. Wait a"
        " minute, then go back and try again.",
        "The links in our emails always open.",
    ),
)
OUR_FAULT = Calm(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "Something went wrong on our side",
    (
        "We are sorry. Your answers were not saved.",
        "Please go back and try again in a few minutes. Your link still works.",
    ),
)

BY_ERROR: dict[type[Exception], Calm] = {
    LinkInvalid: INVALID,
    LinkMissing: MISSING,
    LinkExpired: EXPIRED,
    NotFound: MISSING,
}
BY_STATUS = {404: NOT_HERE, 413: TOO_LONG, 429: TOO_MANY}
OTHERS = (RENEWABLE, NOT_UNDERSTOOD, OUR_FAULT)
PASSED_ON = {"Allow", "Retry-After"}


def register(app: Flask) -> None:
    """Answer every error of `app` with a page."""
    app.register_error_handler(LinkError, _link_page)
    app.register_error_handler(NotFound, _link_page)
    app.register_error_handler(HTTPException, _http_page)
    app.register_error_handler(InternalServerError, _fault_page)


def _link_page(error: Exception) -> Response:
    calm = BY_ERROR[type(error)]
    return _page(RENEWABLE if calm is EXPIRED and fresh_link_pages.is_open() else calm)


def _http_page(error: HTTPException) -> Response:
    status = error.code or HTTPStatus.BAD_REQUEST
    calm = BY_STATUS.get(status, NOT_UNDERSTOOD)
    response = _page(calm)
    response.status_code = status
    given = dict(error.get_headers())
    response.headers.update({name: given[name] for name in PASSED_ON & given.keys()})
    return response


def _fault_page(_fault: InternalServerError) -> Response:
    return _page(OUR_FAULT)


def _page(calm: Calm) -> Response:
    return make_response(render_template("message.html", calm=calm), calm.status)
