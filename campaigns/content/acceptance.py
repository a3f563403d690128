"""The conditions for saving a month's content, which ensure that it can be compiled.

Everything else about an email is checked by `campaigns.checks`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from campaigns.content import fields, markdown, own_links, placeholders
from campaigns.content.field_rows import LANGUAGES, FieldKind
from campaigns.content.fields import Content
from campaigns.content.findings import Finding
from campaigns.content.placeholders import Fault
from kit import invisible

TIPS_LIMIT = 12
SIZE_LIMIT = 102 * 1024
QUESTION_KEY = re.compile(r"[a-z][a-z0-9_-]{0,31}")
TAG = re.compile(r"<\s*[A-Za-z/!?]")
LINE_BREAKS = {"Cc", "Zl", "Zp"}
DIRECTION_CHANGES = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
NO_SPACE = re.compile(r"[ \t]*#{2,6}[^#\s]")
NO_HEADING = "a heading needs a space after its ##; write one"
TIP_HEADING = "inside a tip a small heading starts with ####"
TOO_LARGE = "the text is over 102 KB, where Gmail cuts an email off; shorten it"


def flaws(content: Content, month: str) -> list[Finding]:
    """Return everything that prevents tidy content from being saved, by field; all block."""
    if sum(len(text) for _name, text in fields.texts(content)) > SIZE_LIMIT:
        return [Finding("email", "block", TOO_LARGE)]
    values = {each: own_links.values(content, month, each) for each in LANGUAGES}
    return [
        *(flaw for name, text in fields.texts(content) for flaw in _flaws_of(name, text, values)),
        *_question_flaws(content.questions),
        *_emptiness(content),
    ]


def _flaws_of(name: str, text: str, values: Mapping[str, Mapping[str, str]]) -> Iterator[Finding]:
    field = fields.row_of(name)
    if field.kind == FieldKind.LINE:
        yield from _line_flaws(name, text, field.limit)
    else:
        yield from _text_flaws(name, text, values[field.language])
    if field in fields.OF_A_TIP and field.kind == FieldKind.TEXT:
        yield from _findings(name, _tip_headings(text))


def _emptiness(content: Content) -> Iterator[Finding]:
    for name, text in fields.texts(content):
        field = fields.row_of(name)
        if field.is_needed and not _is_visible(text):
            yield Finding(name, "block", field.missing)
    if len(content.tips) > TIPS_LIMIT:
        yield Finding("email", "block", f"there are more than {TIPS_LIMIT} tips; keep a few")


def _is_visible(text: str) -> bool:
    return bool(invisible.removed(text).strip())


def _line_flaws(field: str, text: str, limit: int | None) -> Iterator[Finding]:
    if any(unicodedata.category(letter) in LINE_BREAKS for letter in text):
        message = "must be one line without control characters; take the line break out"
        yield Finding(field, "block", message)
        return
    if limit is not None and len(text) > limit:
        yield Finding(field, "block", f"is longer than {limit} characters; shorten it")
    if TAG.search(text):
        yield Finding(field, "block", markdown.HTML)
    found = [*_character_faults(text), *placeholders.faults(text, known=placeholders.WORDS)]
    yield from (Finding(field, "block", message) for _line, message in found)


def _text_flaws(field: str, text: str, values: Mapping[str, str]) -> Iterator[Finding]:
    found = [*_character_faults(text), *_heading_faults(text), *placeholders.faults(text)]
    if not found:
        links = [values[name] for name in placeholders.LINKS]
        found = markdown.faults(placeholders.render(text, values), recipients_links=links)
    yield from _findings(field, found)


def _character_faults(text: str) -> Iterator[Fault]:
    for number, line in enumerate(text.split("\n"), 1):
        for letter in line:
            if _is_no_letter(letter):
                yield number, f"an invisible character (U+{ord(letter):04X}) is in the text"
            elif letter in DIRECTION_CHANGES:
                yield number, f"a character that turns text around (U+{ord(letter):04X}) is in it"


def _is_no_letter(letter: str) -> bool:
    """Python may be older than an emoji: what Unicode has not named yet is taken, but for those
    code points that it never will (Unicode standard, section 23.7)."""
    category = unicodedata.category(letter)
    if category == "Cn":
        return ord(letter) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(letter) <= 0xFDEF
    return category in LINE_BREAKS | {"Cs", "Co"} and letter != "\t"


def _heading_faults(text: str) -> Iterator[Fault]:
    for number, line in enumerate(text.split("\n"), 1):
        if NO_SPACE.match(line):
            yield number, NO_HEADING


def _tip_headings(body: str) -> Iterator[Fault]:
    for token in markdown.tokens_of(body):
        if token.type == "heading_open" and token.tag == "h3" and token.map:
            yield token.map[0] + 1, TIP_HEADING


def _question_flaws(questions: tuple[str, ...]) -> Iterator[Finding]:
    for position, key in enumerate(questions):
        if QUESTION_KEY.fullmatch(key) is None:
            message = f"“{key[:40]}” is not a question's key; write one like work"
            yield Finding("questions", "block", message)
        elif key in questions[:position]:
            yield Finding("questions", "block", f"{key} is asked twice; name it once")


def _findings(field: str, found: Iterable[Fault]) -> Iterator[Finding]:
    for line, message in found:
        yield Finding(field, "block", message, line)
