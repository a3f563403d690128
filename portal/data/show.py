"""Show a reply to the housing association later, from “your data”: the page that asks, by name."""

from flask import render_template, request
from sqlalchemy.orm import Session

from kit.errors import NotFound
from portal import journey, sharing_page
from portal.context import portal
from portal.sharing_page import Decided
from replies import intake, submissions
from replies.form import sharing
from replies.form.questions import Answers
from tenants.models import Tenant
from tenants.rights import reply_rights

SAID_YES: Answers = {sharing.SHOW.key: sharing.YES}


def answers(session: Session, tenant: Tenant, month: str) -> Answers:
    """The reply of a month that may be shown.

    Raises:
        NotFound: there is none.
        Unreadable, KeyUnavailable: it can no longer be opened.
    """
    given = portal().vault.open(session, intake.find(session, tenant_id=tenant.id, month=month))
    if not reply_rights.may_be_shown(tenant, given):
        raise NotFound(f"There is no reply of {month[:7]} that may be shown.")
    return given


def so_far(session: Session, tenant: Tenant, month: str) -> Decided:
    """What the tenant decided about that reply before; of one that is not shown, nothing.

    Raises:
        Unreadable, KeyUnavailable: it can no longer be opened.
    """
    shown = submissions.shown(session, portal().vault, tenant.id).get(month)
    return Decided({} if shown is None else {**SAID_YES, **shown.decision}, ())


def decided() -> Decided | None:
    """What the tenant chose on the page; None if they have not seen it yet."""
    if request.form.get("at") != journey.SHOW:
        return None
    return sharing_page.read(sharing.taken_from(request.form.to_dict(flat=False)))


def page(tenant: Tenant, month: str, given: Answers, chosen: Decided, *, token: str) -> str:
    """The page, with what was chosen on it; blank at first."""
    return render_template(
        "data/show.html",
        token=token,
        month=month,
        association=tenant.housing_association,
        **sharing_page.context(chosen, given, with_problems=decided() is not None),
    )
