"""What is pasted becomes text that an email can have: a hundred clipboards, and hostile ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.content import markdown, plaintext
from campaigns.writing import pasting, redirectors
from tests.content.clipboard import SAFE, SAMPLES, Sample

HOSTILE = st.lists(
    st.sampled_from(
        [
            *("<p>", "</p>", "<b>", "</b>", "<li>", "<ul>", "</ul>", "<table><tr><td>", "<td>"),
            *("<a href='javascript:1'>", "<a href='https://x.org/?u=1'>", "</a>", "<!--", "-->"),
            *("<p style='mso-list:l0 level9 lfo1'>", "<span style='mso-list:Ignore'>", "</span>"),
            *("<script>", "</script>", "<![if x]>", "&nbsp;", "\x00", "<em><div>", "<h1>", "word "),
        ]
    ),
    max_size=14,
).map("".join)


def test_there_are_a_hundred_samples() -> None:
    assert 100 <= len({sample.name for sample in SAMPLES}) == len(SAMPLES)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_sample_keeps_its_words_bold_links_lists_and_lines(sample: Sample) -> None:
    found = pasting.from_html(sample.html)

    assert sample.text == found.text
    assert sample.said in " ".join(found.said)
    assert bool(sample.said) == bool(found.said)


@given(HOSTILE)
def test_whatever_is_pasted_becomes_text_without_a_script(html: str) -> None:
    found = pasting.from_html(html)

    assert "<script" not in found.text
    assert "javascript:" not in found.text


def test_plain_text_keeps_its_lines_and_loses_word_s_bullets() -> None:
    found = pasting.from_text(f"Bring:\r\n•\ta letter\r\n-a payslip\r\nSee {SAFE}&data=05%7C02")

    assert "Bring:\n- a letter\n- a payslip\nSee https://www.stepchange.org/" == found.text
    assert 1 == len(found.said)


@pytest.mark.parametrize(
    "address",
    [
        "https://www.gov.uk/benefits?x=1",
        "https://bit.ly/abc",
        "mailto:a@example.org",
        "https://eur01.safelinks.protection.outlook.com/?data=1",
        "https://[broken",
    ],
)
def test_an_address_that_tells_nothing_of_its_goal_stays(address: str) -> None:
    assert redirectors.Straight(address) == redirectors.straightened(address)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Call us:\nMonday to Friday", "Call us:\nMonday to Friday"),
        ("Bring\n•\tone\n·two\n-three", "Bring\n\n- one\n- two\n- three"),
        ("**Important **note, ** now ** go", "Important note,  now  go"),
        ("**Note:**ring “**no!**”now and **un**likely", "Note:ring “no!”now and unlikely"),
        (
            "See www.gov.uk/help, or https://www.gov.uk.",
            "See www.gov.uk/help, or https://www.gov.uk.",
        ),
        ("Write to help@example.org.", "Write to help@example.org."),
    ],
)
def test_what_is_typed_arrives_as_it_was_meant(typed: str, plain: str) -> None:
    assert plain.split() == plaintext.from_markdown(typed).split()
    assert plain.count("\n") == plaintext.from_markdown(typed).count("\n")


def test_a_bare_address_can_be_pressed_and_one_that_cannot_be_sent_stays_words() -> None:
    text = "See www.gov.uk/help (or https://www.gov.uk/a_(b)), http://x.org and a@example.org!"
    text += " Or gov.uk/pip."

    assert [
        ("www.gov.uk/help", "https://www.gov.uk/help"),
        ("https://www.gov.uk/a_(b)", "https://www.gov.uk/a_(b)"),
        ("a@example.org", "mailto:a@example.org"),
        ("gov.uk/pip", "https://gov.uk/pip"),
    ] == markdown.links_of(text)
    assert [("one", "https://www.gov.uk")] == markdown.links_of("[one](https://www.gov.uk)")
    assert [] == markdown.faults(text)
