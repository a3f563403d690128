"""The version of one tenant: `ETag`, `If-Match`, `If-None-Match` (RFC 9110, 8.8.3 and 13.1)."""

import hashlib

from flask import request
from werkzeug.exceptions import PreconditionFailed
from werkzeug.http import quote_etag

from portal.api.shapes import TenantOut


def headers(shown: TenantOut) -> dict[str, str]:
    """The `ETag` of a tenant as it is shown: another one after every change."""
    return {"ETag": quote_etag(_version(shown))}


def hold(shown: TenantOut | None) -> None:
    """Let the request go on if the tenant is as it says; None is nobody.

    Raises:
        PreconditionFailed: the tenant has another version than `If-Match` names, or is there
            although `If-None-Match: *` asks that nobody is.
    """
    if request.if_match and not (shown and request.if_match.contains(_version(shown))):
        raise PreconditionFailed
    if request.if_none_match.star_tag and shown:
        raise PreconditionFailed


def _version(shown: TenantOut) -> str:
    return hashlib.sha256(shown.model_dump_json().encode()).hexdigest()[:32]
