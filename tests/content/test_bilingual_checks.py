"""What is found in a text in both languages: each half beside the other, and each in its own."""

from dataclasses import replace

import pytest

from campaigns.checks import bilingual, checklist
from campaigns.checks.repeats import NONE, Surroundings
from campaigns.content import fields
from campaigns.content.compile import compile_message
from campaigns.content.fields import Content, Tip
from campaigns.content.findings import Finding
from campaigns.writing import samples
from tests.content.samples import BOTH, CONTENT, MONTH


def found(content: Content, *earlier: tuple[str, Content]) -> list[Finding]:
    return list(bilingual.findings(content, earlier))


def checked(content: Content, beside: Surroundings = NONE) -> list[Finding]:
    message = compile_message(content, MONTH)
    return checklist.check(content, message, known_questions=content.questions, beside=beside)


def test_a_subject_that_seems_to_be_two_is_said() -> None:
    content = replace(CONTENT, subject="Work / benefits: has anything changed?")
    assert [Finding("subject", "warn", bilingual.SPLIT)] == found(content)


def test_the_bilingual_sample_has_nothing_to_find() -> None:
    assert [] == checked(samples.bilingual_content(MONTH))


def test_a_word_of_welsh_asks_for_all_of_it() -> None:
    begun = replace(CONTENT, welsh_closing="Diolch.")

    findings = found(begun)

    assert ["block"] * 5 == [each.level for each in findings]
    assert [
        "Welsh subject",
        "Welsh preheader",
        "Welsh opening",
        "tip 1, Welsh title",
        "tip 1, Welsh text",
    ] == sorted((each.place for each in findings), key=lambda place: place.startswith("tip"))
    assert set(findings) == set(checked(begun))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (CONTENT, []),
        (BOTH, []),
        (replace(BOTH, closing="", welsh_closing=""), []),
        (replace(BOTH, preheader="", welsh_preheader=""), []),
        (replace(BOTH, welsh_opening=" "), [("welsh_opening", "block")]),
        (replace(BOTH, closing=""), [("welsh_closing", "block")]),
        (replace(BOTH, tips=(*BOTH.tips, Tip("A", "B", "C"))), [("tips.2.welsh_body", "block")]),
        (replace(BOTH, welsh_closing=BOTH.closing), [("welsh_closing", "warn")]),
        (replace(BOTH, welsh_subject="a" * 65), []),
        (replace(BOTH, welsh_subject="a" * 66), [("welsh_subject", "warn")]),
    ],
)
def test_the_halves_are_held_against_each_other(
    content: Content, expected: list[tuple[str, str]]
) -> None:
    assert expected == [(each.field, each.level) for each in found(fields.tidy(content))]


def test_welsh_that_was_left_behind_is_named() -> None:
    moved = replace(BOTH, tips=(Tip("New", "New", "Newydd", "Newydd"), *BOTH.tips))
    rewritten = replace(
        moved, opening="Good morning.", tips=(moved.tips[0], replace(moved.tips[1], body="More."))
    )

    assert [] == found(moved, ("2026-11", BOTH))
    assert [] == found(rewritten, ("2026-11", CONTENT))
    assert [("tips.2.welsh_body", "warn"), ("welsh_opening", "warn")] == sorted(
        (each.field, each.level) for each in found(rewritten, ("2026-11", BOTH))
    )
    said = checked(rewritten, Surroundings(earlier=(("2026-11", BOTH),)))
    assert "is that of November 2026, but the English has changed; see whether it still fits" in {
        each.message for each in said
    }


@pytest.mark.parametrize("words", ["yn yn", "ers 30 Medi 2025", "14 am bob un", "mis November"])
def test_rules_that_go_by_english_words_leave_welsh_alone(words: str) -> None:
    content = replace(BOTH, welsh_opening=f"Mae hyn {words} o hyd.")

    assert [] == checked(content)


@pytest.mark.parametrize(
    ("opening", "level"),
    [
        ("TODO", "warn"),
        ("Cliciwch [yma](https://example.org).", "block"),
        ("Helo &eacute;", "block"),
        ("[Cyngor ar Bopeth](https://example.org) yw hwn.", "warn"),
    ],
)
def test_leftovers_and_empty_links_are_found_in_welsh_too(opening: str, level: str) -> None:
    findings = checked(replace(BOTH, welsh_opening=opening))

    assert [("welsh_opening", level)] == [(each.field, each.level) for each in findings]


def test_the_reading_age_is_that_of_the_english() -> None:
    long = " ".join(["anghyfansoddiadoldeb"] * 60)

    assert [] == checked(replace(BOTH, welsh_opening=long))
