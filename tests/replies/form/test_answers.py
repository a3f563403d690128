"""Answers as a form sends them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import BadInput
from replies.form.answers import in_words, read, validate
from replies.form.questions import Form, form, pin

QUESTIONS: Form = form(pin(["work", "benefits", "support"]))
KEYS = [question.key for question in QUESTIONS]
OPTIONS = [option.key for question in QUESTIONS for option in question.options]
COMPLETE = {
    "changed": ["yes"],
    "topics": ["work"],
    "work": ["ended"],
    "work-when": ["now"],
    "support": ["debts", "rent"],
}


def _complaints(fields: dict[str, list[str]]) -> list[str]:
    with pytest.raises(BadInput) as refused:
        validate(QUESTIONS, fields)
    return [str(problem) for problem in refused.value.problems]


def test_complete_answers_come_out_in_the_form_s_order() -> None:
    expected = {
        "changed": "yes",
        "topics": ["work"],
        "work": "ended",
        "work-when": "now",
        "support": ["rent", "debts"],
    }
    assert list(validate(QUESTIONS, COMPLETE).items()) == list(expected.items())


def test_answers_that_no_longer_belong_are_dropped() -> None:
    assert validate(QUESTIONS, {**COMPLETE, "changed": ["no"]}) == {"changed": "no"}
    other = validate(QUESTIONS, {**COMPLETE, "work": ["other"]})
    assert "work-when" not in other


def test_each_missing_answer_is_named() -> None:
    fields = {"changed": ["yes"], "topics": ["work"]}
    assert _complaints(fields) == [
        "work: Choose one answer, or “Prefer not to say”",
        "support: Choose at least one answer, or “Prefer not to say”",
    ]


@pytest.mark.parametrize(
    ("field", "values", "complaint"),
    [
        ("work", ["ended", "started"], "work: Choose one answer only"),
        ("work", ["universal-credit"], "work: Choose from the answers on this page"),
        ("work", ["ended\x00"], "work: Choose from the answers on this page"),
        (
            "support",
            ["rent", "none"],
            "support: Choose “No help, thank you” by itself, or take it away",
        ),
        (
            "support",
            ["rent", "not-said"],
            "support: Choose “Prefer not to say” by itself, or take it away",
        ),
        ("rent", ["behind"], "rent: We left out an answer that is not asked for this month"),
        ("x" * 99, ["1"], f"{'x' * 40}: We left out an answer that is not asked for this month"),
    ],
)
def test_each_bad_answer_is_named(field: str, values: list[str], complaint: str) -> None:
    assert complaint in _complaints({**COMPLETE, field: values})


def test_the_same_box_ticked_twice_is_ticked_once() -> None:
    assert validate(QUESTIONS, {**COMPLETE, "support": ["rent", "rent"]})["support"] == ["rent"]


def test_a_bad_answer_leaves_the_good_ones() -> None:
    reading = read(QUESTIONS, {**COMPLETE, "support": ["nonsense"]})
    assert reading.answers["work"] == "ended"
    assert [problem.where for problem in reading.problems] == ["support"]


def test_answers_are_shown_in_words() -> None:
    words = in_words(QUESTIONS, validate(QUESTIONS, COMPLETE))
    assert [(question.key, labels) for question, labels in words][-1] == (
        "support",
        ["Changing how I pay my rent", "Advice about debts"],
    )


@given(
    st.dictionaries(
        st.sampled_from(KEYS) | st.text(), st.lists(st.sampled_from(OPTIONS) | st.text())
    )
)
def test_what_is_accepted_is_accepted_again(fields: dict[str, list[str]]) -> None:
    accepted = read(QUESTIONS, fields).answers
    again = {key: [value] if isinstance(value, str) else value for key, value in accepted.items()}
    reading = read(QUESTIONS, again)
    assert (reading.answers, reading.problems) == (accepted, ())
