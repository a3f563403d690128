"""“Do you want your housing association to see these answers?”: a page of its own.

It comes just before a reply is sent, or from “your data”. Neither choice is made for the tenant.
On a page that the email's link alone opens the association has no name: the sender sees every link,
and its name says where somebody lives.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kit.errors import Problem
from replies import submissions
from replies.form import answers as wording
from replies.form import sharing
from replies.form.questions import Answers, Form
from replies.form.schema import chosen

STEP = sharing.SHOW.key
NOT_CHOSEN = Problem(STEP, "Choose yes or no")
NO_SAFE_WAY = Problem(sharing.CONTACT.key, "Choose at least one way that is safe for you")
SAID = {problem.where: problem for problem in (NOT_CHOSEN, NO_SAFE_WAY)}

Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Decided:
    """What was chosen on the page, and what is still wrong with it."""

    decision: Answers
    problems: tuple[Problem, ...]


def read(fields: Fields) -> Decided:
    """What a form says of the decision; nothing is taken for a yes but the word itself."""
    reading = wording.read(sharing.FORM, fields)
    missing = [SAID[question.key] for question in reading.missing]
    if chosen(reading.answers, sharing.CONTACT.key) == [sharing.NOT_AT_HOME]:
        missing.append(NO_SAFE_WAY)
    return Decided(reading.answers, (*reading.problems, *missing))


def context(decided: Decided, answers: Answers, *, with_problems: bool) -> dict[str, Any]:
    """What the template needs; an answer that was not given is not offered to be left out."""
    return {
        "show": sharing.SHOW,
        "contact": sharing.CONTACT,
        "left_out": sharing.LEFT_OUT,
        "leave_out": [option for option in sharing.LEFT_OUT.options if option.key in answers],
        "selected": {
            question.key: chosen(decided.decision, question.key) for question in sharing.FORM
        },
        "problems": decided.problems if with_problems else (),
    }


def receipt(form: Form, answers: Answers, decision: Answers) -> dict[str, Any]:
    """What the association sees and how it may get in touch, in words."""
    visible = submissions.without_private(answers, decision)
    contact = chosen(decision, sharing.CONTACT.key)
    return {
        "shown": wording.in_words(form, visible),
        "ways": [option.label for option in sharing.CONTACT.options if option.key in contact],
    }
