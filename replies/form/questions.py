"""Which questions a month asks, and which of them apply after the answers so far. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from kit.errors import NotFound
from replies.form import sharing
from replies.form.catalogue import CATALOGUE, CHANGED, NO_BUT_HELP, SUPPORT
from replies.form.earlier import EARLIER
from replies.form.schema import (
    NOT_SAID,
    PREFER_NOT_TO_SAY,
    TOPICS,
    Answers,
    Option,
    Question,
    after,
)

__all__ = [
    "CATALOGUE",
    "NOT_SAID",
    "TOPICS",
    "Answers",
    "Option",
    "Question",
    "asked",
    "form",
    "pin",
]

Form = tuple[Question, ...]
"""The questions of one month with their follow-ups, in order, in their pinned versions."""

SEPARATOR = ","


def pin(keys: Iterable[str]) -> list[str]:
    """Return the names (`work.1`) of the newest versions of these questions, in order.

    The opening question is always added first.

    Raises:
        NotFound: a key is not in the catalogue.
    """
    wanted, known = set(keys), [question.key for question in CATALOGUE]
    if unknown := wanted.difference(known):
        raise NotFound(f"There is no question “{min(unknown)}”; there are {', '.join(known)}.")
    return [CHANGED.name, *(question.name for question in CATALOGUE if question.key in wanted)]


def form(names: Sequence[str]) -> Form:
    """Return the form for pinned questions (see `pin`)."""
    return _form(tuple(names))


def pinned_text(names: Sequence[str]) -> str:
    """Return pinned questions as the text that is stored with each reply."""
    return SEPARATOR.join(names)


def form_of(text: str) -> Form:
    """Return the form for pinned questions in the text made by `written`."""
    return form(text.split(SEPARATOR))


@lru_cache(maxsize=64)
def _form(names: tuple[str, ...]) -> Form:
    first, *questions = [_named(name) for name in names]
    return (
        _offer_help(first) if SUPPORT.key in {question.key for question in questions} else first,
        *_topics(questions),
        *(part for question in questions for part in _with_follow_ups(question)),
    )


def asked(questions: Form, answers: Mapping[str, str | list[str]]) -> Iterator[Question]:
    """Return the questions that apply after the answers so far, in order."""
    return (question for question in questions if question.is_asked(answers))


def _named(name: str) -> Question:
    for question in (CHANGED, *CATALOGUE, *EARLIER, *sharing.FORM):
        if question.name == name:
            return question
    raise NotFound(f"There is no question “{name}” in the catalogue.")


def _offer_help(first: Question) -> Question:
    *given, not_said = first.options
    return replace(first, options=(*given, NO_BUT_HELP, not_said))


def _topics(questions: Sequence[Question]) -> Form:
    """Return the question in which tenants choose what changed, if there are topics."""
    topics = [Option(question.key, question.topic) for question in questions if _is_topic(question)]
    if not topics:
        return ()
    return (
        Question(
            key=TOPICS,
            version=1,
            title="What has changed?",
            hint="Choose all that apply.",
            many=True,
            asked_when=after(CHANGED.key, "yes"),
            options=(*topics, PREFER_NOT_TO_SAY),
        ),
    )


def _is_topic(question: Question) -> bool:
    return question.asked_when is None


def _with_follow_ups(question: Question) -> Form:
    if _is_topic(question):
        question = replace(question, asked_when=after(TOPICS, question.key))
    return (question, *question.follow_ups)
