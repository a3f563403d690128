"""Read and check the answers that a web form sends. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kit.errors import BadInput, Problem
from replies.form.questions import Answers, Form, Option, Question, asked
from replies.form.schema import NOT_SAID, chosen

FIELD_SHOWN = 40

NOT_ASKED = "We left out an answer that is not asked for this month"
NOT_OFFERED = "Choose from the answers on this page"
ONE_ONLY = "Choose one answer only"

Fields = Mapping[str, Sequence[str]]
"""The values of each field, in the order sent."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The valid answers, the problems by field, and the questions still to ask."""

    answers: Answers
    problems: tuple[Problem, ...]
    missing: tuple[Question, ...]


def read(questions: Form, fields: Fields) -> Reading:
    """Read the answers so far; each problem names its field.

    Answers to questions that no longer apply (the tenant went back and chose differently) are
    dropped. An empty field counts as not answered.
    """
    answers: Answers = {}
    problems = list(_strangers(questions, fields))
    missing = []
    for question in questions:
        values = [value for value in fields.get(question.key, ()) if value]
        if not question.is_asked(answers):
            continue
        if not values:
            if not question.is_optional:
                missing.append(question)
        elif message := _objection(question, values):
            problems.append(Problem(question.key, message))
        else:
            answers[question.key] = _answer(question, values)
    return Reading(answers, tuple(problems), tuple(missing))


def validate(questions: Form, fields: Fields) -> Answers:
    """Return the complete answers to a month's questions.

    Raises:
        BadInput: fields are missing, doubled, not offered or not of this month; each is named.
    """
    reading = read(questions, fields)
    problems = (*reading.problems, *map(unanswered, reading.missing))
    if problems:
        raise BadInput(problems)
    return reading.answers


def unanswered(question: Question) -> Problem:
    """Return the error for a question without an answer."""
    number = "at least one answer" if question.many else "one answer"
    instead = ", or “Prefer not to say”" if question.option(NOT_SAID) else ""
    return Problem(question.key, f"Choose {number}{instead}")


def by_itself(option: Option) -> str:
    """Return the error for choosing an exclusive answer together with others."""
    return f"Choose “{option.label}” by itself, or take it away"


def in_words(questions: Form, answers: Answers) -> list[tuple[Question, list[str]]]:
    """Return each answered question with the labels of its answers."""
    return [
        (question, [option.label for option in question.options if option.key in given])
        for question in asked(questions, answers)
        if (given := chosen(answers, question.key))
    ]


def _strangers(questions: Form, fields: Fields) -> Iterator[Problem]:
    known = {question.key for question in questions}
    for name in fields:
        if name not in known:
            yield Problem(name[:FIELD_SHOWN], NOT_ASKED)


def _objection(question: Question, values: Sequence[str]) -> str | None:
    options = [question.option(value) for value in values]
    if None in options:
        return NOT_OFFERED
    if not question.many and len(values) > 1:
        return ONE_ONLY
    alone = next((option for option in options if option and option.alone), None)
    if alone and len(set(values)) > 1:
        return by_itself(alone)
    return None


def _answer(question: Question, values: Sequence[str]) -> str | list[str]:
    if not question.many:
        return values[0]
    return [option.key for option in question.options if option.key in values]
