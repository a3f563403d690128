"""An author can neither wrap nor move a recipient's own link: each form that was tried."""

from dataclasses import replace

import pytest

from campaigns.checks import checklist
from campaigns.content import acceptance
from campaigns.content.compile import CompiledMessage, compile_message
from campaigns.content.fields import Content, Tip
from tests.content.samples import CONTENT, MONTH, QUESTIONS

LINK = "{{ reply_link }}"
ELSEWHERE = "https://elsewhere.example.org"
WRAPPED = (
    f"{ELSEWHERE}/{LINK}",
    f"{ELSEWHERE}/?u={LINK}",
    f"<{ELSEWHERE}/{LINK}>",
    f"[Answer]({ELSEWHERE}/{LINK})",
    f"[Answer]({ELSEWHERE}/?u={LINK})",
    f"[Answer]({ELSEWHERE}/#{LINK})",
    f"[Answer](<{ELSEWHERE}/{LINK}>)",
    f"[Answer][1]\n\n[1]: {ELSEWHERE}/{LINK}",
    f"elsewhere.example.org/{LINK}",
    f"{ELSEWHERE}/**{LINK}**",
    f"*{ELSEWHERE}/*{LINK}",
    f"{ELSEWHERE}/[words]({ELSEWHERE}){LINK}",
    f"{ELSEWHERE}/\\{LINK}",
    f"{ELSEWHERE}/\u200b{LINK}",
    f"{ELSEWHERE}/\u00a0{LINK}",
    f"{ELSEWHERE}/\u00ad{LINK}",
    f"{LINK}.elsewhere.example.org",
    f"{LINK}@elsewhere.example.org",
    f"{LINK}?u=elsewhere",
    f"{LINK}#elsewhere",
    f"{LINK}/more",
    f"{LINK}{{{{ stop_link }}}}",
    f"[Answer]({LINK}?u=elsewhere)",
    f"[Answer]({LINK}@elsewhere.example.org)",
    f"[Answer]({LINK})@elsewhere.example.org",
    f"[Answer](mailto:{LINK}@elsewhere.example.org)",
    f"[Answer](tel:{LINK})",
    f"[{LINK}]({ELSEWHERE}/)",
    f"[{LINK}]({{{{ stop_link }}}})",
    f'[Answer]({LINK} "{LINK}")',
    f'[Answer]({ELSEWHERE}/ "{LINK}")',
    f"![Answer]({LINK})",
    f"![{LINK}]({ELSEWHERE}/a.png)",
    f"<!-- {LINK} -->",
    f'<a href="{ELSEWHERE}/{LINK}">Answer</a>',
    f'<img src="{ELSEWHERE}/{LINK}">',
    f"`{ELSEWHERE}/{LINK}`",
)
ALONE = (
    f"Answer here: {LINK}",
    f"{LINK}",
    f"Answer ({LINK}).",
    f"Answer at {LINK}, or stop at {{{{ stop_link }}}}.",
    f"[Answer]({LINK})",
    f"[Answer]({LINK}), please.",
    f"**[Answer]({LINK})**",
    f"- [Answer]({LINK})\n- {LINK}",
    f"<{LINK}>",
)


@pytest.mark.parametrize("text", WRAPPED)
def test_a_link_that_is_wrapped_or_glued_is_refused_at_its_field_and_line(text: str) -> None:
    written = f"Hello,\n\n{text}"
    for field, content in _in_each_field(written):
        found = acceptance.flaws(content, MONTH)

        assert {field} == {flaw.field for flaw in found}
        assert all((flaw.line or 0) >= 3 and flaw.level == "block" for flaw in found)


@pytest.mark.parametrize("text", ALONE)
def test_a_link_that_stands_alone_is_mailed_as_it_is(text: str) -> None:
    compiled = compile_message(replace(CONTENT, opening=text), MONTH)

    assert not _placed_wrongly(compiled)
    assert compiled.html.count("{{reply_link}}") > 1


@pytest.mark.parametrize("field", ["subject", "preheader", "title"])
def test_no_line_of_its_own_takes_a_link(field: str) -> None:
    content = (
        replace(CONTENT, tips=(Tip(LINK, "Text"),))
        if field == "title"
        else Content.from_json({**CONTENT.as_json(), field: LINK})
    )

    assert ["block"] == [flaw.level for flaw in acceptance.flaws(content, MONTH)]


@pytest.mark.parametrize(
    ("part", "planted", "expected"),
    [
        ("html", "<a href='https://elsewhere.example.org/{{reply_link}}'>a</a>", "href of <a>"),
        ("html", "<a href='{{reply_link}}?u=1'>a</a>", "href of <a>"),
        ("html", "<a href=' {{reply_link}}'>a</a>", "href of <a>"),
        ("html", "<a href='{{reply_link}}' ping='{{reply_link}}'>a</a>", "ping of <a>"),
        ("html", "<p title='{{stop_link}}'>a</p>", "title of <p>"),
        ("html", "<p style='background:url({{reply_link}})'>a</p>", "style of <p>"),
        ("html", "<base href='{{reply_link}}'>", "href of <base>"),
        ("html", "<!-- {{reply_link}} -->", "a comment"),
        ("html", "<![CDATA[{{reply_link}}]]>", "a declaration"),
        ("html", "<?x {{reply_link}}>", "a processing instruction"),
        ("html", "<style>p{background:url({{reply_link}})}</style>", "<style>"),
        ("html", "elsewhere.example.org/<b>{{reply_link}}</b>", "glued to other text in the page"),
        ("text", "elsewhere.example.org/{{reply_link}}", "glued to other text in the plain-text"),
        ("text", "{{reply_link}}{{stop_link}}", "glued to other text in the plain-text"),
    ],
)
def test_a_link_at_the_wrong_place_of_the_compiled_page_blocks(
    part: str, planted: str, expected: str
) -> None:
    compiled = compile_message(CONTENT, MONTH)
    written = compiled.html if part == "html" else compiled.text
    changed = {part: written.replace("Thank you.", planted)}

    assert [True] == [expected in line for line in _placed_wrongly(_with(compiled, changed))]


def _in_each_field(text: str) -> list[tuple[str, Content]]:
    return [
        ("opening", replace(CONTENT, opening=text)),
        ("tips.1.body", replace(CONTENT, tips=(Tip("Title", text),))),
        ("closing", replace(CONTENT, closing=text)),
    ]


def _with(compiled: CompiledMessage, changed: dict[str, str]) -> CompiledMessage:
    return replace(
        compiled, html=changed.get("html", compiled.html), text=changed.get("text", compiled.text)
    )


def _placed_wrongly(compiled: CompiledMessage) -> list[str]:
    found = checklist.check(CONTENT, compiled, known_questions=QUESTIONS)
    return [each.message for each in found if "recipient's own link" in each.message]
