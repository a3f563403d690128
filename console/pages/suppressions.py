"""The suppression list: who is never mailed, and why.

An email address is posted, never put into a URL, so that no log and no history keeps it.
"""

from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns import suppression
from campaigns.models import Suppression, SuppressionKind
from console import access, bounces, sessions, suppressing
from console.context import here
from kit.errors import BadInput, CheckinError

pages = Blueprint("suppressions", __name__, url_prefix="/suppressions")


@pages.get("")
@access.allow(access.WORKING)
def show() -> str:
    """Show the search, the counts, and one kind's addresses."""
    return _page()


@pages.post("/search")
@access.allow(access.WORKING)
def search() -> str | tuple[str, int]:
    """Show the suppressions of exactly this address."""
    typed = request.form.get("address", "")
    try:
        address = suppressing.as_kept(typed)
    except BadInput as error:
        return _page(typed=typed, error=error), 422
    with here().campaign.reading() as session:
        reasons = suppression.reasons(session, address)
    return _page(typed=typed, searched=address, reasons=reasons)


LIFTED = "{} was taken off this list. Whether it gets the next email is for the platform to decide."


@pages.post("/add")
@access.allow(access.WORKING)
def add() -> Response | tuple[str, int]:
    """Add an address by hand."""
    return _change("add", "{} was added. It is not mailed any more.")


@pages.post("/lift")
@access.allow(access.WORKING)
def lift() -> Response | tuple[str, int]:
    """Lift what was added by hand, or a bounce."""
    return _change("lift", LIFTED)


def _change(what: str, done: str) -> Response | tuple[str, int]:
    console = here()
    typed = request.form.get("address", "")
    change = (
        suppressing.add
        if what == "add"
        else partial(suppressing.lift, reason=request.form.get("reason", ""))
    )
    try:
        with console.campaign.writing() as session:
            kept = change(session, address=typed, by=sessions.signed_in().email, now=console.now)
    except CheckinError as error:
        return _page(typed=typed, error=error), 422
    flash(done.format(kept))
    return redirect(url_for("suppressions.show", kind=SuppressionKind.MANUAL), code=303)


def _page(
    *,
    typed: str = "",
    error: CheckinError | None = None,
    searched: str | None = None,
    reasons: list[Suppression] | None = None,
) -> str:
    kind = request.args.get("kind", SuppressionKind.BOUNCE, type=SuppressionKind)
    with here().campaign.reading() as session:
        listed = suppressing.listed(session, kind=kind, page=request.args.get("page", 1, type=int))
        addresses = [searched] if searched else []
        if kind == SuppressionKind.BOUNCE:
            addresses += [row.address for row in listed.rows]
        return render_template(
            "console/suppressions.html",
            bounces=bounces.last_bounces(session, addresses),
            gone=bounces.GONE,
            lift_reasons=suppressing.REASONS,
            may_lift=set(suppressing.MAY_LIFT_BOUNCES) & set(sessions.signed_in().roles),
            typed=typed,
            error=error,
            searched=searched,
            reasons=reasons or [],
            counts=suppressing.counts(session),
            kind=kind,
            listed=listed,
            now=here().now,
        )
