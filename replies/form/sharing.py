"""What a tenant decides about their housing association: whether it sees a reply, how it is safe to
reach them, and what it does not see. Asked on a page of its own, and never counted in any figure.
"""

from collections.abc import Mapping, Sequence

from replies.form.catalogue import CATALOGUE, SOON
from replies.form.schema import TOPICS, Answers, Option, Question, after, chosen

YES = "yes"
NOT_AT_HOME = "not-at-home"
"""Where not to reach somebody; it names no way to reach them."""
NAME_TOPICS = frozenset({TOPICS, SOON.key})
"""Questions whose answers name other questions."""

SHOW = Question(
    key="show",
    version=1,
    title="Do you want your housing association to see these answers?",
    options=(Option(YES, "Yes, show them these answers"), Option("no", "No, do not show them")),
)
CONTACT = Question(
    key="contact",
    version=1,
    title="How is it safe to contact you?",
    hint="Think of who else may hear a call or read a message. Choose all that are safe.",
    many=True,
    asked_when=after(SHOW.key, YES),
    options=(
        Option("phone", "A phone call"),
        Option("text", "A text message"),
        Option("email", "An email"),
        Option("letter", "A letter"),
        Option(NOT_AT_HOME, "Do not contact me at home"),
    ),
)
LEFT_OUT = Question(
    key="left-out",
    version=1,
    title="Is there an answer that they should not see?",
    hint="Leave all of these empty to show every answer.",
    many=True,
    is_optional=True,
    asked_when=after(SHOW.key, YES),
    options=tuple(Option(question.key, question.topic) for question in CATALOGUE),
)
FORM = (SHOW, CONTACT, LEFT_OUT)
NAMES = ",".join(question.name for question in FORM)
"""What a stored decision is bound to, as a reply is to its questions."""

NOTHING_SAID: Answers = {}
"""A reply shown before tenants were asked how it is safe to contact them."""


def is_shown(decision: Answers) -> bool:
    """Whether the housing association may see the reply."""
    return YES in chosen(decision, SHOW.key)


def visible(answers: Answers, hidden: Sequence[str]) -> Answers:
    """The answers without the questions named and all that follows from them.

    A list of topics does not name a hidden one either.
    """
    return {
        key: _without(given, hidden) if key in NAME_TOPICS else given
        for key, given in answers.items()
        if not any(key == name or key.startswith(f"{name}-") for name in hidden)
    }


def taken_from(fields: dict[str, list[str]]) -> Mapping[str, Sequence[str]]:
    """Take the fields of the decision out of a form's fields."""
    return {question.key: fields.pop(question.key, []) for question in FORM}


def _without(given: str | list[str], hidden: Sequence[str]) -> str | list[str]:
    return given if isinstance(given, str) else [value for value in given if value not in hidden]
