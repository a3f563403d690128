"""A repair mends every leftover of its kind at one press, and changes nothing else."""

from dataclasses import replace

import pytest

from campaigns.checks import checklist, repairs, rules
from campaigns.content.compile import compile_message
from campaigns.content.fields import Content, Tip
from campaigns.content.findings import Finding
from campaigns.writing import repairing
from kit.errors import BadInput
from tests.content.samples import CONTENT, MONTH, QUESTIONS

MENDED = {
    "entities": (("Rent &amp; bills&nbsp;are &pound;5.", "Rent & bills are £5."),),
    "placeholders": (
        ("Dear *|FNAME|*,\n\nread this.", "Hello,\n\nread this."),
        ("Ring ((phone)), please.", "Ring, please."),
        ("Dear NAME, read this.", "Hello, read this."),
    ),
    "characters": (
        ("Itâ€™s Â£5 at the cafÃ©.", "It’s £5 at the café."),
        ("Don?t ringÂ us, itÕs hers=E2=80=A6", "Don’t ring us, it’s hers…"),
    ),
    "lists": (
        ("1.Call us\n2.Write", "1. Call us\n2. Write"),
        ("(1) call\n(2) write", "1. call\n2. write"),
        ("a) call\nb) write", "- call\n- write"),
    ),
    "tables": (
        ("| Month | Rent |\n|---|---|\n| May | £5 |", "- May: £5"),
        ("May\t£5\nJune\t£6", "- May: £5\n- June: £6"),
        ("|Month|Rent|Heat|\n|--|--|--|\n|May|£5|£3|", "- May: Rent £5, Heat £3"),
    ),
    "emphasis": (
        ("**One\n\nTwo**", "**One**\n\n**Two**"),
        ("**One\n\nTwo\n\nThree** and more", "**One**\n\n**Two**\n\n**Three** and more"),
        ("One **two", "One two"),
        ("_ so _", "_so_"),
        ("Please *do not cancel.", "Please do not cancel."),
    ),
    "crossed-out": (("A ~~big~~ small step", "A small step"),),
    "links": (
        ("See [the guide] (https://example.org).", "See [the guide](https://example.org)."),
        ("See (the guide)[https://example.org].", "See [the guide](https://example.org)."),
        (
            "See [the guide][1].\n\n[1]: https://example.org",
            "See [the guide](https://example.org).",
        ),
        ("See [the guide] (www.example.org).", "See [the guide](https://www.example.org)."),
    ),
    "footnotes": (("It helps[^1].\n\n[^1]: MoneyHelper.", "It helps (MoneyHelper)."),),
    "foreign-marks": (
        ("[b]Read[/b] this :smile:", "**Read** this"),
        ("'''Read''' this", "**Read** this"),
        ("== Heading ==", "#### Heading"),
        ("- [ ] call us", "- call us"),
        ("==Read== this", "**Read** this"),
        ("The 1^st^ of CO~2~", "The 1st of CO2"),
        ("It\\u2019s easy.\\nRing us.", "It’s easy. Ring us."),
    ),
    "headings": (
        ("###Small heading\ntext", "#### Small heading\ntext"),
        ("# Large heading", "#### Large heading"),
        ("Heading\n===", "Heading"),
        ("text ### Heading", "text\n\n#### Heading"),
    ),
    "tags": (
        ("<b>Read</b> this<br>now", "**Read** this\nnow"),
        ('<a href="https://example.org">the guide</a>', "[the guide](https://example.org)"),
    ),
    "code": (("`read` this", "read this"),),
    "quotations": (("> said so", "said so"),),
    "rules": (("one\n\n***\n\ntwo", "one\n\n\n\ntwo"),),
}
LINES = (
    ("**Has** anything changed?", "Has anything changed?"),
    ("# Has anything changed?", "Has anything changed?"),
    ("Has *anything* changed?", "Has anything changed?"),
    ("[Has](https://example.org) anything changed?", "Has anything changed?"),
)
CASES = [(name, text, meant) for name, cases in MENDED.items() for text, meant in cases]


def findings_of(content: Content) -> list[Finding]:
    try:
        message = compile_message(content, MONTH)
    except BadInput:
        message = None
    return checklist.check(content, message, known_questions=QUESTIONS)


@pytest.mark.parametrize(("name", "text", "meant"), CASES)
def test_what_is_named_is_mended_at_one_press(name: str, text: str, meant: str) -> None:
    content = replace(CONTENT, tips=(Tip("A title", "A text"), Tip("Another", text)))
    found = findings_of(content)

    assert ("tips.2.body", name) in [(finding.field, finding.repair) for finding in found]
    mended = repairing.repaired(content, "tips.2.body", name)
    assert meant == mended.tips[1].body
    assert replace(content, tips=mended.tips) == mended
    assert [] == [finding for finding in findings_of(mended) if finding.repair]


@pytest.mark.parametrize(("text", "meant"), LINES)
def test_a_plain_line_keeps_its_words_and_loses_its_marks(text: str, meant: str) -> None:
    content = replace(CONTENT, subject=text)

    assert ["plain-line"] == [finding.repair for finding in findings_of(content)]
    assert meant == repairing.repaired(content, "subject", "plain-line").subject


@pytest.mark.parametrize("name", repairs.REPAIRS)
@pytest.mark.parametrize(
    "text", ["Rent & bills are £5.", "**read** [this](https://example.org)\n\n- a\n- b"]
)
def test_a_repair_leaves_a_sound_text_alone(name: str, text: str) -> None:
    mended = repairs.REPAIRS[name].apply(text)

    assert text == mended or name == "plain-line"


@pytest.mark.parametrize("field", ["tips.9.body", "tips.x.body", "email", "nothing"])
def test_a_field_that_is_not_there_changes_nothing(field: str) -> None:
    assert CONTENT == repairing.repaired(CONTENT, field, "entities")
    assert CONTENT == repairing.repaired(CONTENT, "opening", "nothing")


def test_every_repair_that_a_rule_names_is_there() -> None:
    named = {rule.repair for rule in (*rules.AS_WRITTEN, *rules.AS_READ)} | {
        *repairs.BY_FLAW.values()
    }

    assert named - {""} == repairs.REPAIRS.keys()


def test_marks_that_no_field_owns_are_named_in_the_page() -> None:
    compiled = compile_message(CONTENT, MONTH)
    altered = replace(compiled, html=compiled.html.replace("Thank you.", "**Thank** you."))
    found = checklist.check(CONTENT, altered, known_questions=QUESTIONS)

    assert ["email"] == [finding.field for finding in found if "keeps its marks" in finding.message]
