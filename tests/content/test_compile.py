"""The compiled message: one page and one letter, the same for everybody but for two links."""

import re

import pytest
from premailer import Premailer

from campaigns.checks import contrast
from campaigns.content import elements, own_links, rendering
from campaigns.content.compile import PLACEHOLDER, CompiledMessage, compile_message
from campaigns.content.fields import Content
from campaigns.writing import samples
from kit.errors import BadInput
from tests.content.samples import CONTENT, MONTH

REPLY = "https://portal.example.org/r/aaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb"
STOP = "https://portal.example.org/stop/cccccccccccccccccccccc.dddddddddddddddddddddddd"
DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{(.*?)\n\} ?", re.DOTALL)


@pytest.fixture(scope="module")
def compiled() -> CompiledMessage:
    return compile_message(samples.sample_content(MONTH), MONTH)


def test_the_page_says_its_language_direction_and_title(compiled: CompiledMessage) -> None:
    assert compiled.html.startswith("<!DOCTYPE html>\n")
    assert '<html lang="en-GB" dir="ltr" ' in compiled.html
    assert "<title>Has anything changed since our last check-in?</title>" in compiled.html


def test_both_parts_hold_both_links(compiled: CompiledMessage) -> None:
    for part in (compiled.html, compiled.text):
        assert "{{reply_link}}" in part
        assert "{{stop_link}}" in part


def test_no_other_braces_are_left_for_ses_to_find(compiled: CompiledMessage) -> None:
    rest = PLACEHOLDER.sub("", compiled.html)

    assert "{{" not in rest
    assert "}}" not in rest
    assert "invalid" not in compiled.html + compiled.text


def test_the_styles_are_inlined_and_only_what_cannot_be_is_kept(compiled: CompiledMessage) -> None:
    assert 1 == compiled.html.count("<style>")
    assert "@media (prefers-color-scheme: dark)" in compiled.html
    assert '<h1 class="title" style="margin:0 0 20px' in compiled.html


def test_there_is_no_picture_and_nothing_remote(compiled: CompiledMessage) -> None:
    tags = {tag for tag, _ in elements.elements_of(compiled.html)}

    assert not tags & {"img", "link", "script", "iframe"}
    assert "url(" not in compiled.html


def test_every_layout_table_is_presentational(compiled: CompiledMessage) -> None:
    tables = re.findall(r"<table[^>]*>", compiled.html)

    assert [table for table in tables if 'role="presentation"' not in table] == []


def test_the_light_colours_can_be_read(compiled: CompiledMessage) -> None:
    assert [] == contrast.faint_texts(compiled.html)


def test_the_dark_colours_can_be_read() -> None:
    content = rendering.filled(samples.sample_content(MONTH), MONTH)
    page = rendering.html(content, MONTH, own_links.stand_ins(content))
    dark = DARK.search(page)
    assert dark is not None
    as_if_dark = page.replace(
        "</head>", f"<style>{dark[1].replace('!important', '')}</style></head>"
    )
    inlined = Premailer(as_if_dark, allow_network=False, disable_validation=True).transform()

    assert "background-color:#182529" in inlined
    assert [] == contrast.faint_texts(inlined)


def test_the_text_part_is_wrapped_but_for_addresses(compiled: CompiledMessage) -> None:
    long_lines = [line for line in compiled.text.split("\n") if len(line) > 72]

    assert [line for line in long_lines if "https://" not in line] == []


def test_a_link_is_written_out_in_the_text_part() -> None:
    content = _with_closing("See [the *budget* planner](https://example.org/plan).")

    assert (
        "See the budget planner (https://example.org/plan)." in compile_message(content, MONTH).text
    )


def test_lists_and_small_headings_reach_both_parts() -> None:
    message = compile_message(_with_closing("### Before\n\n3. one\n4. two\n\n- a\n  - b"), MONTH)

    assert "Before:\n\n3. one\n4. two\n\n- a\n  - b" in message.text
    assert '<ol start="3"' in message.html
    assert ">Before</h2>" in message.html


def test_placeholders_of_the_author_are_filled_in() -> None:
    content = _with_closing("[Answer]({{ reply_link }}) for {{ month_name }} ({{ month }}).")

    message = compile_message(content, MONTH)

    assert "Answer ({{reply_link}}) for December 2026 (2026-12)." in " ".join(message.text.split())
    assert 2 == message.html.count('href="{{reply_link}}"')


def test_text_is_escaped_in_the_page() -> None:
    assert (
        "Rent &amp; bills &lt; income"
        in compile_message(_with_closing("Rent & bills < income"), MONTH).html
    )


def test_the_same_content_gives_the_same_hash(compiled: CompiledMessage) -> None:
    again = compile_message(samples.sample_content(MONTH), MONTH)

    assert compiled == again
    assert re.fullmatch(r"[0-9a-f]{64}", compiled.content_hash)


@pytest.mark.parametrize(
    "other",
    [
        compile_message(CONTENT, "2027-01"),
        compile_message(Content.from_json({**CONTENT.as_json(), "subject": "Hello"}), MONTH),
        compile_message(Content.from_json({**CONTENT.as_json(), "closing": "Bye"}), MONTH),
        compile_message(Content.from_json({**CONTENT.as_json(), "questions": ["work"]}), MONTH),
    ],
)
def test_any_difference_gives_another_hash(other: CompiledMessage) -> None:
    assert compile_message(CONTENT, MONTH).content_hash != other.content_hash


def test_filling_puts_the_links_in_and_leaves_nothing_to_fill(compiled: CompiledMessage) -> None:
    filled = compiled.fill(reply_link=REPLY, stop_link=STOP)

    assert f'href="{REPLY}"' in filled.html
    assert f"\n{STOP}\n" in filled.text
    welsh = REPLY.replace("/r/", "/cy/r/")
    assert (f'href="{welsh}"' in filled.html, f"\n{welsh}\n" in filled.text) == (True, True)
    assert "page at portal.example.org." in " ".join(filled.text.split())
    assert "{{" not in filled.html + filled.text + filled.subject


@pytest.mark.parametrize(
    "link", ["https://a.org/?a=b", "https://a.org/'", "javascript:alert(1)", ""]
)
def test_a_link_that_escaping_could_change_is_refused(compiled: CompiledMessage, link: str) -> None:
    with pytest.raises(ValueError, match="may hold only"):
        compiled.fill(reply_link=link, stop_link=STOP)


def test_content_that_may_not_be_sent_is_not_compiled() -> None:
    with pytest.raises(BadInput, match="closing, line 1: HTML is not used here"):
        compile_message(_with_closing("<script>alert(1)</script>"), MONTH)


def _with_closing(closing: str) -> Content:
    return Content.from_json({**CONTENT.as_json(), "closing": closing})


def test_line_heights_grow_with_the_text(compiled: CompiledMessage) -> None:
    assert [] == re.findall(r"line-height:\s*[\d.]+(?:px|pt|em|rem)", compiled.html)


def test_no_landmark_clashes_with_a_webmails_own(compiled: CompiledMessage) -> None:
    assert [] == re.findall(r'role="(?:main|banner|contentinfo|navigation)"', compiled.html)
    assert [] == re.findall(r"<(?:main|header|footer|nav|aside)\b", compiled.html)


def test_outlooks_word_engine_gets_its_own_fonts_and_scale(compiled: CompiledMessage) -> None:
    guarded = "".join(re.findall(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", compiled.html, re.DOTALL))

    assert "<o:PixelsPerInch>96</o:PixelsPerInch>" in guarded
    assert "font-family:Arial" in guarded


def test_both_parts_say_what_answering_is_not(compiled: CompiledMessage) -> None:
    for part in (compiled.html, " ".join(compiled.text.split())):
        assert "do not reply by email" in part
        assert "not a report to Universal Credit, your council or your landlord" in part


def test_a_hard_line_break_stays_one_in_both_parts() -> None:
    message = compile_message(_with_closing("One Street\\\nTown\n\n- a  \n  b"), MONTH)

    assert "One Street<br" in message.html
    assert "One Street\nTown\n\n- a\n  b\n" in message.text
