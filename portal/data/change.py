"""Correct a reply: review its answers, and change each question as in the form."""

from flask import render_template, request
from sqlalchemy.orm import Session

from portal import journey
from portal.context import portal
from portal.journey import Ask, Check, Send
from replies import intake, submissions
from replies.form import questions
from replies.form.answers import Fields, in_words
from tenants.models import Tenant

OURS = {"visit", "step", "do", "at", "language", "go"}
"""Fields that are not answers; `at` is the page, a question or `check`, that was posted."""


def fields() -> Fields:
    """Return the posted answers, without the page's own fields."""
    posted = request.form.to_dict(flat=False)
    return {name: values for name, values in posted.items() if name not in OURS}


def following(session: Session, tenant: Tenant, month: str, go: str) -> Ask | Check | Send:
    """Return the step after the button `go`; without a button, the stored reply.

    Raises:
        NotFound: there is no reply of that month.
    """
    reply = intake.find(session, tenant_id=tenant.id, month=month)
    if not go:
        return Check(portal().vault.open(session, reply))
    step = request.form.get("at", journey.CHECK)
    return journey.next_page(questions.form_of(reply.questions), fields(), step=step, go=go)


def page(session: Session, tenant: Tenant, month: str, shown: Ask | Check, *, token: str) -> str:
    """Render a question of the reply, or all of its answers.

    Raises:
        NotFound: there is no reply of that month.
    """
    form = questions.form_of(intake.find(session, tenant_id=tenant.id, month=month).questions)
    template = "data/change_question.html" if isinstance(shown, Ask) else "data/change.html"
    return render_template(
        template,
        token=token,
        month=month,
        period=None,
        page=shown,
        rows=in_words(form, shown.answers),
        shown_to=submissions.shown_to(session, tenant.id).get(month),
        so_far=journey.carried(form, shown.answers),
    )
