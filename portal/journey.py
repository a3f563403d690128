"""Which page comes next. Pure: the answers so far are in the form itself.

Each page has one question and carries the earlier answers in hidden fields. All fields are read
again at each step, so that two tabs, the Back button or an altered form all lead to the first
question that still needs an answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kit.errors import Problem
from replies.form import sharing
from replies.form.answers import Reading, read, unanswered
from replies.form.questions import Answers, Form, Question, asked
from replies.form.schema import chosen

CHECK = "check"
SHOW = sharing.SHOW.key
"""The page on which the tenant decides who sees the reply; it follows the last look."""
BACK = "back"
SEND = "send"
CHANGE = "change-"
AS_IT_IS = "language-"


@dataclass(frozen=True, slots=True)
class Ask:
    """Show a question, with its error and the answers chosen."""

    question: Question
    answers: Answers
    problems: tuple[Problem, ...] = ()
    selected: frozenset[str] = frozenset()
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """Show all answers for a last check."""

    answers: Answers


@dataclass(frozen=True, slots=True)
class Send:
    """The tenant checked the answers and pressed send."""

    answers: Answers


def first_page(form: Form) -> Ask:
    """Return the blank form, which is all that opening a link ever shows."""
    return Ask(form[0], {}, is_first=True)


def next_page(
    form: Form, fields: Mapping[str, Sequence[str]], *, step: str, go: str
) -> Ask | Check | Send:
    """Return the page after `step` (a question's key, or `check`), for the pressed button `go`."""
    reading = read(form, fields)
    if go.startswith(AS_IT_IS):
        return _as_it_is(form, fields, reading, step)
    if wanted := _wanted(form, reading, step=step, go=go):
        return _ask(form, wanted, fields, reading)
    if reading.problems:
        return _ask(form, _faulty(form, reading, step), fields, reading, reading.problems)
    if reading.missing:
        return _still_to_ask(form, fields, reading, step)
    return Send(reading.answers) if go == SEND else Check(reading.answers)


def carried(form: Form, answers: Answers) -> list[tuple[str, str]]:
    """Return the hidden fields that carry the answers."""
    return [(question.key, value) for question in form for value in chosen(answers, question.key)]


def _as_it_is(
    form: Form, fields: Mapping[str, Sequence[str]], reading: Reading, step: str
) -> Ask | Check:
    """Return the same page with its answers, for another language."""
    if step in (CHECK, SHOW) and not (reading.problems or reading.missing):
        return Check(reading.answers)
    belonging = list(asked(form, reading.answers))
    here = next((question for question in belonging if question.key == step), belonging[0])
    return _ask(form, here, fields, reading)


def _wanted(form: Form, reading: Reading, *, step: str, go: str) -> Question | None:
    """Return the question that “Back” or “Change” leads to; None for the last look."""
    if (go != BACK or step == SHOW) and not go.startswith(CHANGE):
        return None
    belonging = list(asked(form, reading.answers))
    keys = [question.key for question in belonging]
    if go == BACK:
        place = keys.index(step) if step in keys else len(keys)
        return belonging[max(place - 1, 0)]
    key = go.removeprefix(CHANGE)
    return belonging[keys.index(key)] if key in keys else None


def _faulty(form: Form, reading: Reading, step: str) -> Question:
    """Return the first question with a problem; the current one if the field is unknown."""
    belonging = list(asked(form, reading.answers))
    at_fault = {problem.where for problem in reading.problems}
    here = next((question for question in belonging if question.key == step), belonging[0])
    return next((question for question in belonging if question.key in at_fault), here)


def _still_to_ask(
    form: Form, fields: Mapping[str, Sequence[str]], reading: Reading, step: str
) -> Ask:
    passed_over = next((item for item in reading.missing if item.key == step), None)
    if passed_over:
        return _ask(form, passed_over, fields, reading, (unanswered(passed_over),))
    return _ask(form, reading.missing[0], fields, reading)


def _all_given(form: Form, fields: Mapping[str, Sequence[str]]) -> Answers:
    """Return every valid answer, even if the question it depends on has a problem now."""
    return {
        question.key: given
        for question in form
        if (given := [value for value in fields.get(question.key, ()) if question.option(value)])
    }


def _ask(
    form: Form,
    question: Question,
    fields: Mapping[str, Sequence[str]],
    reading: Reading,
    problems: tuple[Problem, ...] = (),
) -> Ask:
    offered = {option.key for option in question.options}
    answers = _all_given(form, fields) if problems else reading.answers
    return Ask(
        question=question,
        answers={key: value for key, value in answers.items() if key != question.key},
        problems=problems,
        selected=frozenset(offered.intersection(fields.get(question.key, ()))),
        is_first=question is form[0],
    )
