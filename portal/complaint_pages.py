"""Complain about how personal data is used: for everybody, without a code.

The answer is the same whether or not the address is a tenant's: the register does not ask.
"""

from datetime import date, timedelta

from flask import Blueprint, render_template, request
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as Redirect

from kit.errors import Problem
from portal import going_back, language
from portal.context import portal
from portal.limits import network
from tenants.complaints import register
from tenants.roster import addresses
from tenants.roster.addresses import BadAddress

pages = Blueprint("complaints", __name__)

SOURCE = "portal"
BAD_ADDRESS = Problem("address", "Enter an email address, like name@example.org")
NO_TEXT = Problem("text", "Write what is wrong, in 4,000 characters or fewer")

Page = Redirect | str | tuple[str, int]


@pages.get("/complain")
def blank() -> str:
    return _form()


@pages.post("/complain")
def posted() -> Page:
    reference, by = request.args.get("reference"), request.args.get("by", type=date.fromisoformat)
    if reference and by:
        return render_template("complained.html", reference=reference, acknowledge_by=by)
    if problems := list(_problems()):
        return _form(*problems), 422
    limiter, now = portal().limits.complaints, portal().clock()
    if not limiter.allows(network(request.remote_addr), now=now):
        raise TooManyRequests(retry_after=limiter.retry_after)
    with portal().platform.writing() as session:
        complaint = register.receive(
            session,
            address=_typed("address"),
            text=_typed("text"),
            source=SOURCE,
            language=language.current(),
            now=now,
        )
        shows = {"reference": complaint.reference, "by": complaint.acknowledge_by.isoformat()}
    return going_back.ended(**shows)


def _problems() -> list[Problem]:
    found = []
    try:
        addresses.normalise(_typed("address"))
    except BadAddress:
        found.append(BAD_ADDRESS)
    if not 0 < len(_typed("text")) <= register.TEXT_MAX:
        found.append(NO_TEXT)
    return found


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()


def _form(*problems: Problem) -> str:
    fields = ("address", "text")
    at_fault = {name: next((p for p in problems if p.where == name), None) for name in fields}
    return render_template(
        "complain.html", problems=problems, at_fault=at_fault, address=_typed("address"),
        text=_typed("text"), days=register.ACKNOWLEDGED_WITHIN // timedelta(days=1),
    )  # fmt: skip
