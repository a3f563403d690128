"""The catalogue and its conditions."""

from collections import Counter
from collections.abc import Iterator

import pytest

from kit.errors import NotFound
from replies.form.catalogue import CATALOGUE, CHANGED
from replies.form.questions import NOT_SAID, Question, asked, form, pin

ALL = [question.key for question in CATALOGUE]


def _every_question() -> Iterator[Question]:
    for question in (CHANGED, *CATALOGUE):
        yield question
        yield from question.follow_ups


def test_the_catalogue_asks_what_staff_may_pick() -> None:
    assert ALL == [
        *("work", "hours", "benefits", "household", "health"),
        *("rent", "moving", "soon", "other", "support"),
    ]


def test_each_question_may_be_left_unsaid() -> None:
    assert [question.key for question in _every_question() if not question.option(NOT_SAID)] == []


def test_no_key_is_used_twice() -> None:
    names = Counter(question.name for question in _every_question())
    options = [Counter(option.key for option in item.options) for item in _every_question()]
    assert max(names.values()) == 1
    assert {max(counted.values()) for counted in options} == {1}


def test_each_condition_names_answers_that_exist() -> None:
    for names in (pin(ALL), pin(["support"]), pin(["rent"])):
        questions = {question.key: question for question in form(names)}
        for question in questions.values():
            if question.asked_when:
                parent = questions[question.asked_when.key]
                offered = {option.key for option in parent.options}
                assert question.asked_when.answers & offered


def test_labels_are_short_enough_for_an_old_phone() -> None:
    labels = [option.label for question in _every_question() for option in question.options]
    assert [label for label in labels if len(label) > 55] == []


def test_a_month_pins_its_questions_in_the_catalogue_s_order() -> None:
    assert pin(["support", "work"]) == ["changed.3", "work.1", "support.1"]


def test_an_unknown_question_is_refused_by_name() -> None:
    with pytest.raises(NotFound, match="no question “ethnicity”"):
        pin(["work", "ethnicity"])


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, ["changed"]),
        ({"changed": "no"}, ["changed"]),
        ({"changed": "not-said"}, ["changed"]),
        ({"changed": "no-but-help"}, ["changed", "support"]),
        ({"changed": "yes"}, ["changed", "topics", "support"]),
        (
            {"changed": "yes", "topics": ["work"]},
            ["changed", "topics", "work", "support"],
        ),
        (
            {"changed": "yes", "topics": ["work"], "work": "ended"},
            ["changed", "topics", "work", "work-when", "support"],
        ),
        ({"changed": "yes", "topics": ["not-said"]}, ["changed", "topics", "support"]),
    ],
)
def test_only_the_questions_that_belong_are_asked(
    answers: dict[str, str | list[str]], expected: list[str]
) -> None:
    questions = form(pin(ALL))
    assert [question.key for question in asked(questions, answers)] == expected


def test_a_month_without_the_support_question_offers_no_help() -> None:
    first, topics, *_rest = form(pin(["work"]))
    assert [option.key for option in first.options] == ["yes", "no", NOT_SAID]
    assert [option.key for option in topics.options] == ["work", NOT_SAID]


def test_a_month_may_ask_for_nothing_but_whether_anything_changed() -> None:
    assert [question.key for question in form(pin([]))] == ["changed"]
