"""Authenticate and authorise API calls: `Authorization: Bearer checkin_…`."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from portal.context import portal
from tenants import api_tokens
from tenants.api_tokens import Scope
from tenants.models import ApiToken

Given = ParamSpec("Given")
Answered = TypeVar("Answered")

CHALLENGE = WWWAuthenticate("bearer", {"realm": "checkin"})
UNKNOWN = WWWAuthenticate(
    "bearer",
    {
        "realm": "checkin",
        "error": "invalid_token",
        "error_description": "The token is not known; it may have been removed.",
    },
)
"""A request without a token gets no error code, one with a wrong token does (RFC 6750, 3.1)."""


def needs(scope: Scope) -> Callable[[Callable[Given, Answered]], Callable[Given, Answered]]:
    """Require a token of this scope for a view.

    Raises:
        Unauthorized, Forbidden: the token is unknown, or lacks the scope.
    """

    def guard(view: Callable[Given, Answered]) -> Callable[Given, Answered]:
        @wraps(view)
        def guarded(*args: Given.args, **kwargs: Given.kwargs) -> Answered:
            g.api_token = _token()
            if scope not in g.api_token.scopes:
                raise Forbidden
            return view(*args, **kwargs)

        return guarded

    return guard


def reader() -> str:
    """The name of the token that was used."""
    token: ApiToken = g.api_token
    return token.name


def housing_association() -> str:
    """Return the association that the token is for."""
    token: ApiToken = g.api_token
    return token.housing_association or ""


def _token() -> ApiToken:
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        raise Unauthorized(www_authenticate=CHALLENGE)
    with portal().platform.reading() as session:
        found = api_tokens.find(session, given.token)
    if found is None:
        raise Unauthorized(www_authenticate=UNKNOWN)
    return found
