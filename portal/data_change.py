"""Put a reply right: all of its questions on one page, with what was answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, request
from sqlalchemy.orm import Session

from kit.errors import Problem
from portal.context import portal
from replies import correction
from replies.answers import Fields
from replies.questions import Answers, Form, Question
from replies.schema import chosen
from tenants.models import Tenant

OURS = {"visit", "step", "do", "language", "go"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what is chosen, what is wrong, and after which answers it is asked."""

    question: Question
    selected: frozenset[str]
    problem: Problem | None
    depends_on: tuple[str, tuple[str, ...]] | None


def fields() -> Fields:
    """The answers that were posted, without what belongs to the page itself."""
    posted = request.form.to_dict(flat=False)
    return {name: values for name, values in posted.items() if name not in OURS}


def page(
    session: Session,
    tenant: Tenant,
    month: str,
    *,
    token: str,
    fields: Fields | None = None,
    problems: Sequence[Problem] = (),
) -> str:
    """The reply's questions; with `fields`, as they were posted and with what is wrong in them.

    Raises:
        NotFound: there is no reply of that month.
    """
    reply = correction.find(session, tenant_id=tenant.id, month=month)
    form = correction.form_of(reply)
    given = _posted(form, fields) if fields is not None else portal().vault.open(session, reply)
    asked = [_asked(form, question, given, problems) for question in form]
    return render_template(
        "data/change.html", token=token, month=month, asked=asked, problems=problems
    )


def _posted(form: Form, fields: Fields) -> Answers:
    return {question.key: list(fields.get(question.key, ())) for question in form}


def _asked(form: Form, question: Question, given: Answers, problems: Sequence[Problem]) -> Asked:
    return Asked(
        question=question,
        selected=frozenset(chosen(given, question.key)),
        problem=next((problem for problem in problems if problem.where == question.key), None),
        depends_on=_depends_on(form, question),
    )


def _depends_on(form: Form, question: Question) -> tuple[str, tuple[str, ...]] | None:
    """The title of the question before, and the labels of the answers that lead on to this one."""
    if question.asked_when is None:
        return None
    before = next(other for other in form if other.key == question.asked_when.key)
    labels = (
        option.label for option in before.options if option.key in question.asked_when.answers
    )
    return before.title, tuple(labels)
