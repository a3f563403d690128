"""Errors of the API as problem details (RFC 9457)."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException, InternalServerError

from kit.errors import BadInput, NotFound, Problem, Refused

PREFIX = "/api/v1"
MEDIA_TYPE = "application/problem+json"

DETAILS = {
    401: "Send a token: “Authorization: Bearer …”.",
    403: "This token is not for that; its scopes are listed by `checkin api token list`.",
    404: "There is nothing at this address.",
    405: "This address does not take that method; Allow names those it takes.",
    409: "Not so many left as erase_leavers says, or a line was rejected; nothing was changed.",
    412: "It has changed since; read it again before you send this.",
    413: "The body is too long: 16 KB for one tenant, 4 MB for a roster; gzip it or send parts.",
    415: "Send the body as application/json, a roster as text/csv or application/x-ndjson.",
    500: "Something went wrong on our side; it is logged. Try again later.",
}
PASSED_ON = {"Allow", "Retry-After", "WWW-Authenticate"}


def problem(
    status: int, detail: str, errors: Sequence[Problem] = (), **members: object
) -> Response:
    """One problem; `errors` names fields and parameters, `members` extend it (RFC 9457, 3.2)."""
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **members,
    }
    if errors:
        content["errors"] = [{"field": one.where, "detail": one.message} for one in errors]
    response = jsonify(content)
    response.status_code = status
    response.content_type = MEDIA_TYPE
    return response


def register(app: Flask) -> None:
    """Answer unknown paths and methods of the API with a problem instead of a page."""
    app.before_request(_of_routing)


def handle(pages: Blueprint) -> None:
    """Answer every error of `pages` with a problem."""
    pages.register_error_handler(HTTPException, _of_http)
    pages.register_error_handler(InternalServerError, _of_http)
    pages.register_error_handler(NotFound, lambda error: problem(404, str(error)))
    pages.register_error_handler(BadInput, _of_input)
    pages.register_error_handler(Refused, lambda error: problem(503, str(error)))


def _of_routing() -> Response | None:
    is_ours = request.path.startswith(f"{PREFIX}/")
    return _of_http(request.routing_exception) if is_ours and request.routing_exception else None


def _of_http(error: HTTPException) -> Response:
    status = error.code or 500
    response = problem(status, DETAILS.get(status, error.description or ""))
    given = dict(error.get_headers())
    response.headers.update({name: given[name] for name in PASSED_ON & given.keys()})
    return response


def _of_input(error: BadInput) -> Response:
    return problem(422, "The input has errors; nothing was changed.", error.problems)
