"""What must hold for whatever an author types."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.content import acceptance, elements, files
from campaigns.content.compile import PLACEHOLDER, CompiledMessage, compile_message
from campaigns.content.fields import Content, Tip, tidy
from campaigns.content.files import CampaignFile
from kit.errors import BadInput, Problem
from tests.content.samples import MONTH, QUESTIONS

TRICKY = st.sampled_from(
    [
        *("{{", "}}", "{", "{{reply_link}}", "{% if x %}", "{#", "#}", "\\{", "<", ">", '"', "'"),
        *("<script>", "</script>", "<img src=x onerror=alert(1)>", "<a href='javascript:1'>x</a>"),
        *("[b](javascript:alert)", "](", "\n## Tips\n", "\n---\n", "    ", "`", "\u2028", "\x85"),
    ]
)
FITTING = st.sampled_from(
    [
        *("{{ reply_link }}", "{{ stop_link }}", "{{ month_name }}", "{{ month }}", "&#123;&#123;"),
        *("%7B%7Breply_link%7D%7D", "https://reply-link.invalid", "[a]({{ reply_link }})", "word"),
        *("[a](https://example.org/%7B%7Bx%7D%7D)", "<https://example.org/%7B%7Breply_link%7D%7D>"),
        *("\n", "\n\n", "\n- ", "\n1. ", "\n#### ", " ", ". ", "*", "**", "_", "&", "!", "é", "🙂"),
    ]
)
MIXED = st.lists(FITTING | TRICKY | st.text(max_size=8), max_size=12).map("".join)
SOUND = st.lists(FITTING, max_size=12).map("".join)
TEXT = SOUND | MIXED
LINE = st.lists(FITTING.filter(lambda piece: "link" not in piece), min_size=1, max_size=5).map(
    lambda pieces: " ".join("".join(pieces).split())
)
ORDINARY = st.text(
    alphabet=st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp"))
    | st.sampled_from(" \n#-*:'\"[]"),
    max_size=60,
)


def contents(line: st.SearchStrategy[str], text: st.SearchStrategy[str]) -> Any:
    return st.builds(
        Content,
        subject=line,
        preheader=line,
        questions=st.just(QUESTIONS),
        opening=text,
        tips=st.lists(
            st.builds(Tip, line, text) | st.builds(Tip, line, text, line, text), max_size=2
        ).map(tuple),
        closing=text,
        welsh_subject=st.just("") | line,
        welsh_opening=st.just("") | text,
        welsh_closing=st.just("") | text,
    ).map(tidy)


def compiled_or_refused(content: Content) -> CompiledMessage | None:
    try:
        return compile_message(content, MONTH)
    except BadInput:
        return None


def problems_of(text: str) -> tuple[Problem, ...]:
    try:
        files.parse(text)
    except BadInput as error:
        return error.problems
    return ()


@settings(max_examples=200, deadline=None)
@given(text=TEXT)
def test_no_author_text_leaves_a_brace_a_script_or_a_foreign_link(text: str) -> None:
    content = Content(
        subject="Subject",
        preheader="Preheader",
        opening="Hello",
        questions=QUESTIONS,
        tips=(Tip("Title", "Text"),),
        closing=text,
    )
    message = compiled_or_refused(tidy(content))
    if message is None:
        return

    bare = PLACEHOLDER.sub("", message.text)
    seen = {tag for tag, _ in elements.elements_of(message.html)}
    addresses = [address for _tag, address in elements.elements_of(message.html) if address]

    assert "{" not in bare + message.subject
    assert not seen & {"script", "img", "iframe", "object", "form"}
    assert all(PLACEHOLDER.fullmatch(address) or "{" not in address for address in addresses)
    assert not [address for address in addresses if address.startswith("javascript")]


@settings(max_examples=150, deadline=None)
@given(content=contents(LINE, TEXT) | contents(ORDINARY, ORDINARY))
def test_what_may_be_kept_is_written_and_read_back_exactly(content: Content) -> None:
    if acceptance.flaws(content, MONTH):
        return

    campaign = CampaignFile(MONTH, None, None, content)

    assert campaign == files.parse(files.write(campaign))


@settings(max_examples=150, deadline=None)
@given(content=contents(LINE, TEXT))
def test_what_may_be_kept_can_be_compiled(content: Content) -> None:
    if not acceptance.flaws(content, MONTH):
        compile_message(content, MONTH)


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=200) | TEXT)
def test_any_file_is_read_or_refused_with_sentences(text: str) -> None:
    for candidate in (text, f"---\n{text}\n---\nHello", f"---\nmonth: 2026-12\n---\n{text}"):
        assert all(problem.where and problem.message for problem in problems_of(candidate))
