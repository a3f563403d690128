"""The checks before an email may be approved, with findings in plain words."""

import html
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date

from campaigns.checks import (
    bilingual,
    contrast,
    placement,
    readability,
    repairs,
    repeats,
    rules,
    wording,
)
from campaigns.checks.repeats import Surroundings
from campaigns.content import acceptance, elements, hyperlinks, markdown, rendering
from campaigns.content.compile import OWN, REPLY, STOP, CompiledMessage, stray_braces
from campaigns.content.field_rows import FieldKind
from campaigns.content.fields import Content, is_text, of_kind, place_of, row_of, texts, tidy
from campaigns.content.findings import EMAIL, Finding
from kit.clock import london_day
from kit.languages import ENGLISH
from kit.months import first_day

ANY_MONTH = "2000-01"
TIPS_READ = 5
HIGHEST_READING_AGE = 12
CLIPPED = 102 * 1024
NEARLY_CLIPPED = 90 * 1024
KB = 1024
IN_THE_INBOX = {field.name for field in of_kind(FieldKind.LINE) if field.shown}
OWN_LINKS = {*OWN, f"#{rendering.WELSH_HALF}"}
UNWANTED = {"img", "script", "iframe", "form", "object", "embed", "svg", "link"}

LITERAL = re.compile(r"\*\*|~~|\]\(|\[\^\w+\]|\*\||\|\*|&(?:nbsp|amp|pound|quot|lt|gt|rsquo|#\d+);")
"""Marks that nobody means literally: found in a page, they did not take effect."""
STYLES = re.compile(r"<(style|title)[^>]*>.*?</\1>", re.DOTALL)
HTML_TAG = re.compile(r"<[^>]*>")

__all__ = ["Finding", "check", "size_findings", "unknown_question"]


def check(
    content: Content,
    compiled: CompiledMessage | None,
    *,
    known_questions: Collection[str],
    beside: Surroundings = repeats.NONE,
) -> list[Finding]:
    """Return all findings about one email: what blocks first, each in the order of the fields.

    `compiled` is None if the content cannot be compiled; then the flaws say why. An approval needs
    a compiled message and no blocking finding.
    """
    content = tidy(content)
    flaws = [
        replace(flaw, repair=repairs.BY_FLAW.get(flaw.message, ""))
        for flaw in acceptance.flaws(content, compiled.month if compiled else ANY_MONTH)
    ]
    questions = list(_question_findings(content, known_questions))
    if flaws or compiled is None:
        return _in_order([*flaws, *questions])
    readable = rendering.filled(content, compiled.month, last_check_in=compiled.last_check_in)
    found = [
        *_length_findings(readable),
        *questions,
        *rules.findings(content, readable, month=compiled.month, sends=_sends(compiled, beside)),
        *repeats.findings(content, beside.earlier),
        *bilingual.findings(content, beside.earlier),
        *_link_findings(readable),
        *_reading_findings(readable),
        *_message_findings(compiled),
        *size_findings(compiled),
    ]
    marks = [] if any(finding.repair for finding in found) else _marks(compiled)
    return _in_order([*found, *marks])


def _in_order(found: Iterable[Finding]) -> list[Finding]:
    return sorted(
        found, key=lambda each: (each.level != "block", place_of(each.field), each.line or 0)
    )


def size_findings(compiled: CompiledMessage) -> Iterator[Finding]:
    """Gmail shows only the first 102 KB or so of a page, and hides the rest behind a link."""
    size = len(compiled.html.encode())
    message = f"the email is {size / KB:.0f} KB; Gmail cuts it off at 102 KB, so shorten it"
    if size > CLIPPED:
        yield Finding(EMAIL, "block", message)
    elif size > NEARLY_CLIPPED:
        yield Finding(EMAIL, "warn", message)


def unknown_question(key: str, known: Collection[str]) -> str:
    """The sentence about a question that the platform does not have."""
    return f"{key} is not a question the platform asks; there are {', '.join(known)}"


def _question_findings(content: Content, known: Collection[str]) -> Iterator[Finding]:
    if not content.questions:
        yield Finding("questions", "block", "no question is chosen; choose at least one")
    elif not known:
        message = "the platform has not published its questions yet; it does so when it starts"
        yield Finding("questions", "block", message)
    else:
        for key in content.questions:
            if key not in known:
                yield Finding("questions", "block", unknown_question(key, known))


def _length_findings(content: Content) -> Iterator[Finding]:
    for field in of_kind(FieldKind.LINE, FieldKind.TEXT):
        text = getattr(content, field.name)
        if not text and field.missing:
            yield Finding(field.name, "warn", field.missing)
        elif field.shown is not None and len(text) > field.shown:
            message = f"is over {field.shown} characters; an inbox shows only the beginning"
            yield Finding(field.name, "warn", message)
    if not content.tips:
        yield Finding(EMAIL, "warn", "there is no tip; people open an email that helps them")
    elif len(content.tips) > TIPS_READ:
        yield Finding(EMAIL, "warn", f"there are more than {TIPS_READ} tips; few people read on")


def _sends(compiled: CompiledMessage, beside: Surroundings) -> date:
    """The day of sending in London, or the month's first where nobody has said it."""
    return london_day(beside.send_at) if beside.send_at else first_day(compiled.month)


def _link_findings(content: Content) -> Iterator[Finding]:
    for field, text in texts(content):
        if not is_text(field):
            continue
        for words, address in markdown.links_of(text):
            if wording.says_nothing(words):
                message = f"the link “{words}” does not say where it leads; name the page it opens"
                yield Finding(field, "block", message)
            elif not words.strip():
                message = f"the link to {address[:60]} has no words; write [words](address)"
                yield Finding(field, "block", message)


def _reading_findings(content: Content) -> Iterator[Finding]:
    read = [
        markdown.words_of(text) if is_text(name) else text
        for name, text in texts(content)
        if name not in IN_THE_INBOX and row_of(name).language == ENGLISH
    ]
    age = readability.reading_age("\n".join(read))
    if age is not None and age > HIGHEST_READING_AGE:
        message = (
            f"it reads like a text for {age:.0f}-year-olds; aim for {HIGHEST_READING_AGE} or "
            "younger with shorter sentences and words"
        )
        yield Finding(EMAIL, "warn", message)


def _message_findings(compiled: CompiledMessage) -> Iterator[Finding]:
    yield from _missing_links(compiled)
    if stray_braces(compiled):
        yield Finding(EMAIL, "block", "a curly bracket is left that is no placeholder; remove it")
    for faint in contrast.faint_texts(compiled.html):
        message = (
            f"“{faint.words}” is too faint to read: {faint.text} on {faint.background} has a "
            f"contrast of {faint.ratio:.1f} to 1, and {contrast.LEAST} is needed"
        )
        yield Finding(EMAIL, "block", message)
    yield from (Finding(EMAIL, "block", message) for message in placement.misplaced(compiled))
    yield from _page_findings(compiled.html)


def _missing_links(compiled: CompiledMessage) -> Iterator[Finding]:
    if not compiled.text.strip():
        yield Finding(EMAIL, "block", "the plain-text part is missing")
    for part, name in ((compiled.html, "HTML"), (compiled.text, "plain-text")):
        for placeholder, what in ((REPLY, "reply"), (STOP, "stop")):
            if placeholder not in part:
                message = f"the link to {what} is missing from the {name} part"
                yield Finding(EMAIL, "block", message)


def _page_findings(page: str) -> Iterator[Finding]:
    for tag, address in elements.elements_of(page):
        if tag in UNWANTED:
            yield Finding(EMAIL, "block", f"the page holds <{tag}>, which no email of ours does")
        elif tag == "a" and address is not None and address not in OWN_LINKS:
            sentence = hyperlinks.fault(address)
            if sentence:
                yield Finding(EMAIL, "block", sentence)


def _marks(compiled: CompiledMessage) -> Iterator[Finding]:
    """A last check that no mark is left in what readers see."""
    page = html.unescape(HTML_TAG.sub(" ", STYLES.sub(" ", compiled.html)))
    if found := LITERAL.search(page):
        around = " ".join(page[max(0, found.start() - 20) : found.end() + 20].split())
        yield Finding(EMAIL, "block", f"“{around}” keeps its marks in the email; take them out")
