"""Read what a request of the API brings, and say what is wrong with it."""

import json
import re
from typing import Any

from flask import request
from pydantic import ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from kit.errors import BadInput, NotFound, Problem
from portal.api.shapes import LIMIT, LIMIT_MAX, TenantIn
from tenants.roster import rows
from tenants.roster.rows import REF_MAX, BadRow, Row

CURSOR = re.compile(r"[0-9]{1,18}")
COLUMNS = (
    "tenant_ref",
    "email",
    "housing_association",
    "language",
    "monthly_email",
    "profiling",
)
YES_NO = {True: "yes", False: "no", None: ""}


def paging() -> tuple[int, int]:
    """`after` and `limit` of the address.

    Raises:
        BadInput: naming each that is not what it should be.
    """
    after, limit = request.args.get("after", "0"), request.args.get("limit", str(LIMIT))
    problems = []
    if not CURSOR.fullmatch(after):
        problems.append(Problem("after", "is no cursor; use `next` of the page before"))
    if not re.fullmatch(r"[0-9]{1,3}", limit) or not 1 <= int(limit) <= LIMIT_MAX:
        problems.append(Problem("limit", f"must be a number from 1 to {LIMIT_MAX}"))
    if problems:
        raise BadInput(problems)
    return int(after), int(limit)


def known_ref(ref: str) -> str:
    """A reference that could be on the roster.

    Raises:
        NotFound: it could not, so it is not.
    """
    if not ref.isprintable() or len(ref) > REF_MAX:
        raise NotFound("There is no such tenant on the roster; check the reference.")
    return ref


def tenant(ref: str) -> Row:
    """The checked row of a PUT.

    Raises:
        BadInput: naming each field that is missing, unknown or not what it should be.
        UnsupportedMediaType: the body is not JSON.
    """
    given = _validated(_body())
    fields = [
        ref,
        given.email,
        given.housing_association,
        given.language or "",
        YES_NO[given.monthly_email],
        YES_NO[given.profiling],
    ]
    try:
        row = rows.read(fields, {name: place for place, name in enumerate(COLUMNS)})
    except BadRow as error:
        raise BadInput(Problem(*fault.split(" ", 1)) for fault in error.faults) from None
    if row.tenant_ref != ref:
        raise BadInput([Problem("tenant_ref", "must not begin, end or be filled with spaces")])
    return row


def _validated(body: Any) -> TenantIn:
    try:
        return TenantIn.model_validate(body)
    except ValidationError as error:
        raise BadInput(
            Problem(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors()
        ) from None


def _body() -> Any:
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    try:
        return json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise BadInput([Problem("", "The body is not JSON.")]) from None
