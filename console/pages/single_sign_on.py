"""Sign in at the organisation's own provider, and come back."""

from flask import Blueprint, abort, redirect
from werkzeug.wrappers import Response

from campaigns import audit, staff
from console import access, sessions
from console.context import here
from console.single_sign_on import SingleSignOn
from kit.errors import NotFound, Refused

pages = Blueprint("single_sign_on", __name__, url_prefix="/sign-in/single")

NOT_ON_STAFF = "This address is not on the staff list. An admin of Check-in can add you."


@pages.get("")
@access.allow(access.ANYBODY)
def leave() -> Response:
    """Redirect to the provider; a link, because the policy forbids forms to another site."""
    return _provider().leave(f"{here().settings.console_url}{pages.url_prefix}/back")


@pages.get("/back")
@access.allow(access.ANYBODY)
def arrive() -> Response:
    """Accept the provider's answer, bound to this browser by state and nonce."""
    console = here()
    email = _provider().arrive()
    with console.campaign.writing() as session:
        try:
            member = staff.find(session, email)
        except NotFound:
            raise Refused(NOT_ON_STAFF) from None
        audit.record(
            session, who=member.email, action="signed in", now=console.now, by="single sign-on"
        )
    return redirect(sessions.begin(member, console.now), code=303)


def _provider() -> SingleSignOn:
    provider = here().single_sign_on
    if provider is None:
        abort(404)
    return provider
