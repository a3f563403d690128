"""The email in both languages: what the author gives in Welsh, and what the email makes of it."""

import json
import tomllib
from dataclasses import replace
from datetime import date

import pytest

from campaigns.content import elements, files, rendering
from campaigns.content.compile import CompiledMessage, compile_message
from campaigns.content.field_rows import LANGUAGES
from campaigns.content.fields import Content, Tip
from campaigns.writing import differences, merging, samples
from kit import languages
from kit.errors import BadInput
from tests.content.samples import BOTH, CONTENT, FILE, MONTH

REPLY = "https://portal.example.org/r/aaaa.bbbb"
STOP = "https://portal.example.org/stop/cccc.dddd"
WELSH = samples.bilingual_content(MONTH)
STORED = (
    '{"subject": "Has anything changed this month?", '
    '"preheader": "Two minutes, and a tip for the cold weather", '
    '"opening": "Hello,\\n\\nthis is the check-in for {{ month_name }}.", '
    '"questions": ["work", "hours"], '
    '"tips": [{"title": "Keep a list", '
    '"body": "Write down *what* must be paid, and **when**."}], '
    '"closing": "Thank you."}'
)
"""A text as it was stored before there was a Welsh half."""


@pytest.fixture(scope="module")
def message() -> CompiledMessage:
    return compile_message(WELSH, MONTH, last_check_in=date(2026, 11, 2))


def halves(part: str) -> tuple[str, str]:
    english, _, welsh = part.partition("Check-in misol")
    return english, welsh


def test_a_text_without_welsh_is_stored_byte_for_byte_as_before() -> None:
    content = Content.from_json(json.loads(STORED))

    assert CONTENT == content
    assert STORED == json.dumps(content.as_json())
    assert BOTH == Content.from_json(json.loads(json.dumps(BOTH.as_json())))


def test_without_welsh_the_email_is_in_english_with_a_welsh_line() -> None:
    message = compile_message(CONTENT, MONTH)

    assert CONTENT.subject == message.subject
    for part in (message.html, message.text):
        assert ("Atebwch yn Gymraeg" in part, "{{welsh_link}}" in part) == (True, True)
        assert ("isod" in part, "{{welsh_stop_link}}" in part) == (False, False)
    assert 'href="#cy"' not in message.html


def test_the_inbox_shows_both_languages(message: CompiledMessage) -> None:
    assert f"{WELSH.subject} / {WELSH.welsh_subject}" == message.subject
    assert f'{WELSH.preheader}</span> / <span lang="cy">' in message.html
    assert f"<title>{message.subject}</title>" in message.html


def test_each_half_leads_to_the_portal_in_its_language(message: CompiledMessage) -> None:
    for part in (message.html, message.text):
        english, welsh = halves(part)
        assert ("{{reply_link}}" in english, "{{stop_link}}" in english) == (True, True)
        assert ("{{reply_link}}" in welsh, "{{stop_link}}" in welsh) == (False, False)
        assert ("{{welsh_link}}" in english, "{{welsh_stop_link}}" in english) == (True, False)
        assert ("{{welsh_link}}" in welsh, "{{welsh_stop_link}}" in welsh) == (True, True)
    filled = message.fill(reply_link=REPLY, stop_link=STOP)
    for link in ("/cy/r/aaaa.bbbb", "/cy/stop/cccc.dddd"):
        assert f'href="https://portal.example.org{link}"' in filled.html
        assert f"\nhttps://portal.example.org{link}\n" in filled.text


def test_the_first_line_leads_to_the_welsh_half(message: CompiledMessage) -> None:
    first, *_ = [address for _tag, address in elements.elements_of(message.html) if address]

    assert "#cy" == first
    assert 1 == message.html.count('<a id="cy" name="cy">')
    assert message.text.startswith("Mae’r neges hon hefyd yn Gymraeg isod.\n")


def test_the_welsh_half_says_its_language_and_stands_one_heading_lower(
    message: CompiledMessage,
) -> None:
    english, welsh = message.html.split('<div lang="cy" dir="ltr">')

    assert ("<h1" in english, "<h1" in welsh) == (True, False)
    assert f">{WELSH.welsh_subject}</h2>" in welsh
    assert 'lang="en' not in welsh


def test_placeholders_are_filled_in_the_half_s_language() -> None:
    content = replace(
        BOTH,
        opening="[Answer]({{ reply_link }}) {{ period }}",
        welsh_opening="[Atebwch]({{ reply_link }}) {{ period }}, {{ month_name }}, {{ stop_link }}",
    )
    message = compile_message(content, MONTH, last_check_in=date(2026, 11, 2))

    english, welsh = halves(" ".join(message.text.split()))
    assert "Answer ({{reply_link}}) since our last check-in on 2 November" in english
    assert "Atebwch ({{welsh_link}}) ers ein check-in diwethaf ar 2 Tachwedd" in welsh
    assert "Rhagfyr 2026, {{welsh_stop_link}}" in welsh


def test_what_answering_is_not_is_said_once_in_each_language(message: CompiledMessage) -> None:
    for part in (message.html, " ".join(message.text.split())):
        assert (1, 1) == (part.count("do not reply"), part.count("Peidiwch ag ateb"))
        assert (1, 1) == (part.count("nobody reads"), part.count("neb yn darllen"))


def test_the_layout_s_words_are_the_same_in_number_in_each_language() -> None:
    read = {
        code: tomllib.loads((languages.FOLDER / code / "email.toml").read_text("utf-8"))
        for code in LANGUAGES
    }
    read["cy"].pop("beside_english")

    assert shape(read["en"]) == shape(read["cy"])


def shape(part: object) -> object:
    if isinstance(part, dict):
        return {key: shape(each) for key, each in part.items()}
    if isinstance(part, list):
        return [shape(each) for each in part]
    return [name for name in ("{month}", "{portal}") if name in str(part)]


def test_a_mistake_in_welsh_is_named_by_its_field() -> None:
    with pytest.raises(BadInput, match="tip 1, Welsh text, line 1: HTML is not used here"):
        compile_message(replace(BOTH, tips=(replace(BOTH.tips[0], welsh_body="<b>x</b>"),)), MONTH)


WELSH_LINES = "welsh_subject: Oes rhywbeth wedi newid?\nwelsh_preheader: Dwy funud\nquestions:"
WELSH_BODY = """
## Welsh opening

Helo,

dyma’r check-in ar gyfer {{ month_name }}.

## Welsh tips

### Cadwch restr
Nodwch *beth*.

## Welsh closing

Diolch.
"""


def test_a_file_holds_both_languages() -> None:
    text = FILE.replace("questions:", WELSH_LINES) + WELSH_BODY

    read = files.parse(text)

    assert BOTH == read.content
    assert text.replace("48h", "2d") == files.write(read)


def test_a_tip_without_welsh_keeps_the_others_in_their_places() -> None:
    tips = (Tip("A", "1"), Tip("B", "2", "Be", "dau"), Tip("C", "3", "", "tri"), Tip("D", "4"))
    read = files.parse(FILE)
    some = replace(read, content=replace(read.content, tips=tips))

    written = files.write(some)

    assert some == files.parse(written)
    assert "## Welsh tips\n\n###\n\n\n### Be\ndau\n\n###\ntri\n" in written


def test_a_welsh_tip_too_many_is_named() -> None:
    with pytest.raises(BadInput, match="line 25: there are more Welsh tips than English ones"):
        files.parse(FILE + "\n## Welsh tips\n### Un\nx\n### Dau\ny\n")


def test_the_difference_and_the_merge_know_each_welsh_field() -> None:
    mine = replace(BOTH, welsh_opening="Bore da.")
    theirs = replace(BOTH, tips=(replace(BOTH.tips[0], welsh_body="Nodwch bopeth."),))

    assert ["Welsh opening"] == [each.label for each in differences.compare(BOTH, mine)]
    assert ["Tip 1"] == [each.label for each in differences.compare(BOTH, theirs)]
    merged = merging.merge(BOTH, mine, theirs)
    assert replace(mine, tips=theirs.tips) == merged.content
    clash = merging.merge(BOTH, mine, replace(BOTH, welsh_opening="Noswaith dda."))
    assert ["Welsh opening"] == [each.label for each in clash.conflicts]


def test_the_name_of_the_welsh_half_is_no_link_that_an_author_may_write() -> None:
    with pytest.raises(BadInput, match="is not a complete address"):
        compile_message(replace(CONTENT, closing=f"[x](#{rendering.WELSH_HALF})"), MONTH)
