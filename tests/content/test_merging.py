"""Two people write one text: what both made of it, and what somebody has to choose."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.content.fields import Content, Tip
from campaigns.writing.merging import Conflict, merge, merged_text

BASE = Content(
    subject="How was your month?",
    preheader="Two minutes.",
    questions=("work", "hours", "rent"),
    opening="Hello. How are you? We write once a month.\n\nPress the button.",
    tips=(
        Tip("Bills", "Put them on one page."),
        Tip("Heat", "Close the door."),
        Tip("Debt", "Ask."),
    ),
    closing="Thank you.",
)
WORDS = st.text(alphabet="ab .\n", max_size=24)


@pytest.mark.parametrize(
    ("mine", "theirs", "both"),
    [
        ("Hi. How are you?", "Hello. How was it?", "Hi. How was it?"),
        ("Hello.", "Hello. How are you? Bye.", None),
        ("Hello. How are you? Well?", "Hello.  How are you?", "Hello.  How are you? Well?"),
        ("Hello. How is it?", "Hello. How was it?", None),
        ("Hello. How is it?", "Hello. How is it?", "Hello. How is it?"),
        ("Oh. Hello. How are you?", "Hello. How are you? Oh.", "Oh. Hello. How are you? Oh."),
    ],
)
def test_a_text_is_merged_by_the_sentence(mine: str, theirs: str, both: str | None) -> None:
    assert both == merged_text("Hello. How are you?", mine, theirs)


def test_different_fields_are_both_kept() -> None:
    mine, theirs = replace(BASE, subject="News"), replace(BASE, closing="Bye.", questions=("rent",))

    merged = merge(BASE, mine, theirs)

    assert (replace(mine, closing="Bye.", questions=("rent",)), ()) == (
        merged.content,
        merged.conflicts,
    )


def test_one_sentence_changed_in_two_ways_is_asked_about_and_neither_is_lost() -> None:
    merged = merge(BASE, replace(BASE, closing="Thanks."), replace(BASE, closing="Cheers."))

    assert (Conflict("closing", "Thank you.", "Thanks.", "Cheers."),) == merged.conflicts
    assert ("Cheers.", "Thanks.") == (merged.content.closing, merged.with_mine().closing)


def test_a_tip_that_moved_takes_the_others_words_along() -> None:
    bills, heat, debt = BASE.tips
    mine = replace(BASE, tips=(debt, bills, heat))
    theirs = replace(BASE, tips=(bills, replace(heat, body="Close the door. Wear wool."), debt))

    merged = merge(BASE, mine, theirs)

    assert ((debt, bills, theirs.tips[1]), ()) == (merged.content.tips, merged.conflicts)


def test_a_tip_that_somebody_changed_outlives_its_removal() -> None:
    bills, heat, debt = BASE.tips
    better = replace(heat, title="Warmth")

    merged = merge(
        BASE, replace(BASE, tips=(bills, debt)), replace(BASE, tips=(bills, better, debt))
    )

    assert (bills, better, debt) == merged.content.tips


def test_a_removed_tip_is_removed_and_both_new_ones_stay() -> None:
    bills, heat, debt = BASE.tips
    mine = replace(BASE, tips=(bills, debt, Tip("Mine", "")))
    theirs = replace(BASE, tips=(Tip("Theirs", ""), bills, heat, debt))

    merged = merge(BASE, mine, theirs)

    assert ["Theirs", "Bills", "Debt", "Mine"] == [tip.title for tip in merged.content.tips]


def test_a_conflict_in_a_tip_is_named_by_its_place() -> None:
    bills, heat, debt = BASE.tips
    mine = replace(BASE, tips=(bills, replace(heat, title="Cold"), debt))
    theirs = replace(BASE, tips=(Tip("New", "x"), bills, replace(heat, title="Warm"), debt))

    merged = merge(BASE, mine, theirs)

    assert ["tips.3.title"] == [conflict.field for conflict in merged.conflicts]
    assert "Cold" == merged.with_mine().tips[2].title


def test_questions_are_left_out_moved_and_added_by_both() -> None:
    mine = replace(BASE, questions=("rent", "work", "hours", "health"))
    theirs = replace(BASE, questions=("work", "rent", "soon"))

    merged = merge(BASE, mine, theirs)

    assert {"rent", "work", "health", "soon"} == set(merged.content.questions)
    assert merged.content.questions.index("rent") < merged.content.questions.index("work")


@given(WORDS, WORDS)
def test_what_only_one_side_changed_is_taken_as_it_is(base: str, other: str) -> None:
    assert other == merged_text(base, other, base) == merged_text(base, base, other)


@given(WORDS, WORDS, WORDS)
def test_the_sides_are_equal_and_a_second_merge_changes_nothing(
    base: str, mine: str, theirs: str
) -> None:
    merged = merged_text(base, mine, theirs)
    assert merged == merged_text(base, theirs, mine)
    if merged is not None:
        assert merged == merged_text(base, mine, merged)
