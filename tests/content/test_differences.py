"""What changed between two texts, as a person reads it."""

from dataclasses import replace

from campaigns.content.fields import Content, Tip
from campaigns.writing import differences, samples
from campaigns.writing.differences import Part

CONTENT = samples.sample_content("2026-12")


def _labels(new: Content) -> list[str]:
    return [change.label for change in differences.compare(CONTENT, new)]


def test_the_same_text_has_no_changes() -> None:
    assert [] == differences.compare(CONTENT, CONTENT)


def test_a_changed_word_stands_between_what_stayed() -> None:
    expected = (
        Part("same", "Has anything changed "),
        Part("gone", "this month"),
        Part("new", "before the holidays"),
        Part("same", "?"),
    )

    assert expected == differences.parts_of(
        "Has anything changed this month?", "Has anything changed before the holidays?"
    )


def test_another_text_is_shown_as_replaced() -> None:
    assert (Part("gone", "One thing."), Part("new", "Quite different words")) == (
        differences.parts_of("One thing.", "Quite different words")
    )


def test_nothing_is_lost_of_either_text() -> None:
    old, new = CONTENT.opening, CONTENT.opening.replace("hours", "shifts").replace("too", "also")
    parts = differences.parts_of(old, new)

    assert old == "".join(part.text for part in parts if part.kind != "new")
    assert new == "".join(part.text for part in parts if part.kind != "gone")


def test_a_tip_that_moved_is_not_called_rewritten() -> None:
    first, *others = CONTENT.tips

    assert ["Order of the tips"] == _labels(replace(CONTENT, tips=(*others, first)))


def test_a_tip_that_came_or_went_is_named() -> None:
    longer = replace(CONTENT, tips=(*CONTENT.tips, Tip("Another", "With a text.")))

    assert ["Tip 4"] == _labels(longer)
    assert ["Tip 3"] == _labels(replace(CONTENT, tips=CONTENT.tips[:-1]))


def test_a_very_long_text_is_compared_by_lines() -> None:
    old = "\n".join(f"line number {number} of it" for number in range(3000))
    parts = differences.parts_of(old, old.replace("line number 7 of it", "another line"))

    assert [Part("gone", "line number 7 of it\n"), Part("new", "another line\n")] == [
        part for part in parts if part.kind != "same"
    ]


def test_questions_are_compared_by_their_titles() -> None:
    fewer = replace(CONTENT, questions=CONTENT.questions[1:])
    key = CONTENT.questions[0]
    (change,) = differences.compare(CONTENT, fewer, {key: "What has changed about your work?"})
    assert Part("gone", "What has changed about your work?\n") in change.parts
