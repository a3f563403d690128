"""Error pages: one sentence, and what to do next."""

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from console import sessions, unsaved_form
from console.context import here
from kit.errors import BadInput, CheckinError, NotFound, Refused
from kit.log import get_logger

log = get_logger(__name__)

SENTENCES = {
    400: ("That did not work", "The browser sent something the console does not understand."),
    401: ("Please sign in", "Your session has ended."),
    403: ("Not for your role", "Your role does not open this page. An admin can change roles."),
    404: ("Nothing here", "There is no page at this address. It may have been typed wrongly."),
    405: ("That did not work", "This address cannot be used in this way."),
    413: ("Too much at once", "What you sent is larger than 2 MB. Shorten it and send it again."),
    500: (
        "Something went wrong on our side",
        "Nothing was changed. Go back and try once more; if it stays, tell whoever runs Check-in.",
    ),
}
STALE_FORM = (
    "This form is out of date",
    "Nothing was changed. The form was open too long or in another session: "
    "go back, reload the page and try again.",
)
STATUS = {NotFound: 404, Refused: 409, BadInput: 422}


def install(app: Flask) -> None:
    """Answer every error with the error page."""
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CheckinError, _told)
    app.register_error_handler(Exception, _unexpected)


def page(status: int, title: str, sentence: str, *, month: str | None = None) -> tuple[str, int]:
    """The error page, with a way back to `month`'s page."""
    shown = render_template("console/error.html", title=title, sentence=sentence, month=month)
    return shown, status


def status_of(error: CheckinError) -> int:
    """Return the HTTP status of an error."""
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)


def _stale_form(_error: CSRFError) -> tuple[str, int]:
    with here().campaign.reading() as session:
        sessions.load(session, now=here().now, is_background=True)
    return unsaved_form.page(400) or page(400, *STALE_FORM)


def _http_error(error: HTTPException) -> tuple[str, int] | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    return page(code, *SENTENCES.get(code, SENTENCES[400]))


def _told(error: CheckinError) -> tuple[str, int]:
    titles = {404: "Nothing here", 409: "Not now", 422: "Please check what you entered"}
    status = status_of(error)
    month = None if status == 404 else (request.view_args or {}).get("name")
    return page(status, titles.get(status, SENTENCES[400][0]), str(error), month=month)


def _unexpected(error: Exception) -> tuple[str, int]:
    log.exception("console page failed", exc_info=error)
    return page(500, *SENTENCES[500])
