"""Validate the input of API requests by the roster's rules."""

from kit.errors import BadInput, NotFound, Problem
from portal.api.shapes import TenantIn
from tenants.roster import rows
from tenants.roster.rows import REF_MAX, BadRow, Row


def known_ref(ref: str) -> str:
    """Return the reference if it is well formed.

    Raises:
        NotFound: it is malformed, so it cannot be on the roster.
    """
    if not ref.isprintable() or len(ref) > REF_MAX:
        raise NotFound("There is no such tenant on the roster; check the reference.")
    return ref


def row(ref: str, given: TenantIn) -> Row:
    """The checked row of a PUT.

    Raises:
        BadInput: fields are invalid; each is named.
    """
    try:
        checked = rows.checked(Row(tenant_ref=ref, **given.model_dump()))
    except BadRow as error:
        raise BadInput(error.faults) from None
    if checked.tenant_ref != ref:
        raise BadInput([Problem("tenant_ref", "must not begin, end or be filled with spaces")])
    return checked
