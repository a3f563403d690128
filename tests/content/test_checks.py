"""What an approver is told before anything can be approved."""

from dataclasses import replace

import pytest

from campaigns.checks import checklist, contrast, readability
from campaigns.checks.checklist import Finding
from campaigns.content.compile import CompiledMessage, compile_message
from campaigns.content.fields import Content, Tip
from campaigns.writing import samples
from tests.content.samples import CONTENT, MONTH, QUESTIONS


def findings_of(content: Content) -> list[Finding]:
    return checklist.check(content, compile_message(content, MONTH), known_questions=QUESTIONS)


def findings_in(compiled: CompiledMessage) -> list[str]:
    found = checklist.check(CONTENT, compiled, known_questions=QUESTIONS)
    return [f"{finding.level} {finding.message}" for finding in found]


def test_the_sample_has_nothing_to_find() -> None:
    content = samples.sample_content(MONTH)
    message = compile_message(content, MONTH)

    assert [] == checklist.check(content, message, known_questions=content.questions)


@pytest.mark.parametrize(
    ("change", "field", "level", "words"),
    [
        ({"subject": "Has anything changed? " * 4}, "subject", "warn", "is over 60 characters"),
        ({"preheader": ""}, "preheader", "warn", "is empty"),
        ({"preheader": "word " * 30}, "preheader", "warn", "is over 110 characters"),
        ({"tips": ()}, "email", "warn", "there is no tip"),
        ({"tips": (Tip("A title", "A text"),) * 6}, "email", "warn", "more than 5 tips"),
        ({"questions": ()}, "questions", "block", "no question is chosen"),
        ({"questions": ("work", "shoes")}, "questions", "block", "shoes is not a question"),
        ({"subject": "URGENT NOTICE about rent"}, "subject", "warn", "reads like shouting"),
        ({"closing": "Please answer!!"}, "closing", "warn", "reads like shouting"),
        ({"closing": "Thanks.\n\nAct now."}, "closing", "warn", "“act now” sounds urgent"),
        ({"closing": "Win a voucher."}, "closing", "block", "“win a” is promotional"),
        ({"subject": "20% off this week"}, "subject", "block", "“% off” is promotional"),
        ({"closing": "See you in November."}, "closing", "warn", "“November” is another month"),
        ({"closing": "This May, tell us."}, "closing", "warn", "“May” is another month"),
        (
            {"closing": "[Click here](https://example.org)"},
            "closing",
            "block",
            "does not say where",
        ),
        ({"closing": "[ ](https://example.org)"}, "closing", "block", "has no words"),
    ],
)
def test_a_finding_is_said_at_its_field(
    change: dict[str, object], field: str, level: str, words: str
) -> None:
    found = findings_of(Content.from_json({**CONTENT.as_json(), **_plain(change)}))

    assert [(field, level)] == [(each.field, each.level) for each in found if words in each.message]


def test_a_finding_names_the_line_of_its_field() -> None:
    content = replace(CONTENT, closing="Thanks.\n\nAct now.")

    assert ["closing, line 3"] == [finding.place for finding in findings_of(content)]


@pytest.mark.parametrize(
    "closing",
    [
        "You may ask the DWP or HMRC about Universal Credit (UC).",
        "We march on. It may help. Thank you!",
        "See you in December, or December 2026.",
        "StepChange offers free advice. Here is [its page](https://www.stepchange.org).",
        "Call [0800 138 1111](tel:08001381111) or [write](mailto:help@example.org).",
    ],
)
def test_ordinary_wording_is_left_alone(closing: str) -> None:
    assert [] == findings_of(replace(CONTENT, closing=closing))


def test_an_empty_catalogue_is_said_and_blocks() -> None:
    found = checklist.check(CONTENT, compile_message(CONTENT, MONTH), known_questions=[])

    assert ["the platform has not published its questions yet; it does so when it starts"] == [
        finding.message for finding in found if finding.level == "block"
    ]


def test_content_that_cannot_be_compiled_says_why() -> None:
    content = replace(CONTENT, opening="Hello {{ name }}")

    found = checklist.check(content, None, known_questions=QUESTIONS)

    assert [("opening", "block")] == [(finding.field, finding.level) for finding in found]
    assert "{{ name }} is not a placeholder" in found[0].message


def test_hard_words_are_noticed() -> None:
    hard = (
        "Notwithstanding considerable administrative complications, participating households "
        "should communicate circumstantial alterations comprehensively, simultaneously "
        "documenting supplementary expenditure. "
    ) * 4

    found = findings_of(replace(CONTENT, opening=hard))

    assert ["email"] == [each.field for each in found if "it reads like a text for" in each.message]


def test_a_mail_that_gmail_would_cut_off_blocks_and_one_close_to_it_warns() -> None:
    compiled = compile_message(CONTENT, MONTH)
    padded = replace(compiled, html=compiled.html.replace("Thank you.", "a" * 92_000))
    cut = replace(compiled, html=compiled.html.replace("Thank you.", "a" * 104_000))

    assert [True] == [line.startswith("warn the email is") for line in findings_in(padded)]
    assert [True] == [line.startswith("block the email is") for line in findings_in(cut)]


@pytest.mark.parametrize(
    ("part", "old", "new", "expected"),
    [
        ("html", "{{reply_link}}", "", "the link to reply is missing from the HTML part"),
        ("html", "{{stop_link}}", "", "the link to stop is missing from the HTML part"),
        ("text", "{{reply_link}}", "", "the link to reply is missing from the plain-text part"),
        ("text", "{{stop_link}}", "", "the link to stop is missing from the plain-text part"),
        ("html", "Thank you.", "{{ name }}", "a curly bracket is left"),
        ("html", "Thank you.", "<img src='https://example.org/p.png'>", "the page holds <img>"),
        ("html", "Thank you.", "<a href='http://example.org'>a</a>", "is not secure"),
        ("html", "Thank you.", "<i style='color:#ccc'>faint</i>", "“faint” is too faint to read"),
    ],
)
def test_a_compiled_message_that_is_not_as_it_should_be_blocks(
    part: str, old: str, new: str, expected: str
) -> None:
    compiled = compile_message(CONTENT, MONTH)
    changed = (
        replace(compiled, html=compiled.html.replace(old, new))
        if part == "html"
        else replace(compiled, text=compiled.text.replace(old, new))
    )

    found = findings_in(changed)

    assert [True] == [line.startswith("block") for line in found if expected in line]


def test_a_missing_text_part_blocks() -> None:
    compiled = replace(compile_message(CONTENT, MONTH), text="")

    assert "block the plain-text part is missing" in findings_in(compiled)


def test_contrast_is_wcag_s() -> None:
    assert 21 == contrast.ratio("#000", "#ffffff")
    assert 4.54 == round(contrast.ratio("#767676", "#ffffff"), 2)


@pytest.mark.parametrize(
    ("word", "count"),
    [("rent", 1), ("paid", 1), ("changed", 1), ("benefit", 3), ("people", 2), ("months", 1),
     ("tell", 1), ("more", 1), ("wanted", 2), ("you’re", 1)],
)  # fmt: skip
def test_syllables_are_counted(word: str, count: int) -> None:
    assert count == readability.syllables(word)


def test_a_short_text_has_no_reading_age() -> None:
    assert readability.reading_age("Short words only. " * 5) is None


def test_a_simple_text_is_for_the_young_and_a_hard_one_is_not() -> None:
    simple = readability.reading_age("The cat sat on the mat. It was a big cat. " * 6)
    hard = readability.reading_age(
        "Institutional considerations necessitate extraordinarily comprehensive evaluations of "
        "administrative responsibilities throughout organisational hierarchies. " * 4
    )

    assert simple is not None
    assert hard is not None
    assert simple < 9 < 18 < hard


def _plain(change: dict[str, object]) -> dict[str, object]:
    tips = change.get("tips")
    if not isinstance(tips, tuple):
        return change
    return {**change, "tips": [{"title": tip.title, "body": tip.body} for tip in tips]}


def test_what_blocks_is_named_first_and_each_in_the_order_of_the_form() -> None:
    wrong = replace(
        CONTENT,
        subject="Rent &amp; bills",
        opening="Hello.\n\nthe the\n\nTODO: ask",
        tips=(Tip("A title", "Dear [Name], a text."),),
        closing="Thank you &amp; see you, £TBC.",
    )
    found = [(each.level, each.field, each.line) for each in findings_of(wrong)]
    assert [
        ("block", "subject", None),
        ("block", "tips.1.body", 1),
        ("block", "closing", 1),
        ("warn", "opening", 3),
        ("warn", "opening", 5),
        ("warn", "closing", 1),
    ] == found
