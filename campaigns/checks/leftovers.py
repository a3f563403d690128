"""Find text pasted from other programs that tenants would see unchanged.

Word's bullets, tables, another system's placeholders, wrongly decoded characters, and Markdown that
is almost right.
"""

import html
import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from campaigns.content.placeholders import Fault

SHOWN = 40
ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
PLACEHOLDERS = re.compile(
    r"\*\|[^|\n]{1,60}\|\*"  # Mailchimp
    r"|\(\([^()\n]{1,60}\)\)"  # GOV.UK Notify
    r"|\[[\w ]{1,40},\s*fallback=[^\]\n]*\]"  # Sendy
    r"|\[\[[^\[\]\n]{1,60}\]\]|\[(?:first|last|full)?[ _]?name\]"
    r"|%%[\w.: -]{1,60}%%|%[A-Za-z_][\w.]{1,40}%"
    r"|<<\s*[\w .]{1,40}\s*>>|«[^»\n]{1,60}»"  # Word's mail merge
    r"|\$\{[^}\n]{1,60}\}|##[\w.]{1,40}##|@@[\w.]{1,40}@@"
    r"|(?<![{%])\{[A-Za-z_][\w .|]{0,40}\}(?!\})",
    re.IGNORECASE,
)
NOT_ASCII = re.compile(r"[^\x00-\x7f]{2,}")
REPLACED = "\ufffd"
BULLET = re.compile(r"[ \t]*[•·▪▫●○◦‣⁃∙■□❖➢➤✓✔✗►\uf0b7\uf0a7][ \t\u00a0]*\S")
DASH = re.compile(r"[ \t]*(?:[–—][ \t\u00a0]*\S|[-*](?=[^\W_])|o[ \t\u00a0]{1,}\S)")
NUMBER = re.compile(r"[ \t]*(?:\d{1,2}[.)](?=[^\W\d_])|\(\d{1,2}\)[ \t]*\S|[a-h]\)[ \t]*\S)")
TABLE_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)+\|?[ \t]*")
CELLS = re.compile(r"[^|\n]*\|[^|\n]*\|[^\n]*|[^\t\n]+\t[^\t\n]+")
EMPHASIS = re.compile(
    r"(?<![\\*])\*\*(?=\s)[^*\n]+?\*\*|\*\*[^*\s][^*\n]*?\s\*\*|~~[^~\n]+~~"
    r"|(?<!\S)([*_])\s(?=[^\W\d_])[^*_\n]+\s\1(?!\S)|(?<!\S)__\s[^_\n]+__"
)


def entities(text: str) -> Iterator[Fault]:
    """Find HTML character references, which would be shown as text."""
    for line, found in _found(ENTITY, text):
        if (meant := html.unescape(found)) != found:
            yield line, f"“{found}” would be shown as it stands; type “{meant}” itself"


def other_systems(text: str) -> Iterator[Fault]:
    """Find placeholders of other systems."""
    for line, found in _found(PLACEHOLDERS, text):
        yield (
            line,
            f"“{found[:SHOWN]}” is a placeholder of another system; take it out",
        )


def broken_characters(text: str) -> Iterator[Fault]:
    """Find UTF-8 decoded as Windows-1252 (“â€™” for an apostrophe), and replacement characters."""
    for line, content in _numbered(text):
        broken = next(filter(_is_mojibake, NOT_ASCII.findall(content)), None)
        if broken or REPLACED in content:
            yield line, f"“{broken or REPLACED}” is a character that was broken; type it anew"


def lists(text: str) -> Iterator[Fault]:
    """Find lines that look like a list but would run together in the email."""
    for line, _content in _lines_of(BULLET, text):
        yield line, "a line starts with a bullet of Word's; begin it with “- ” to make a list"
    for pattern, right in ((DASH, "- "), (NUMBER, "1. ")):
        found = [line for line, _content in _lines_of(pattern, text)]
        if any(following == line + 1 for line, following in pairwise(found)):
            yield found[0], f"these lines look like a list; begin each with “{right}” to make one"


def tables(text: str) -> Iterator[Fault]:
    """Find rows of cells, from Markdown or from a spreadsheet."""
    for line, _content in _lines_of(TABLE_RULE, text):
        yield line, "this is a table, and an email has none; write it as a list or in sentences"
        return
    rows = [line for line, _content in _lines_of(CELLS, text)]
    for line, following in pairwise(rows):
        if following == line + 1:
            yield line, "these lines look like a table; write them as a list or in sentences"
            return


def emphasis(text: str) -> Iterator[Fault]:
    """Find stars and underscores that are no emphasis, because there are spaces inside them."""
    for line, found in _found(EMPHASIS, text):
        yield line, f"“{found[:SHOWN]}” stays as it stands; write **words** without spaces inside"


Rule = Callable[[str], Iterator[Fault]]
IN_EVERY_FIELD: tuple[Rule, ...] = (
    entities,
    other_systems,
    broken_characters,
)
IN_TEXTS: tuple[Rule, ...] = (lists, tables, emphasis)


def _is_mojibake(text: str) -> bool:
    for encoding in ("cp1252", "latin-1"):
        try:
            return text.encode(encoding).decode() != text
        except UnicodeError:
            continue
    return False


def _found(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, str]]:
    for line, content in _numbered(text):
        for match in pattern.finditer(content):
            yield line, match[0]


def _lines_of(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, str]]:
    return ((line, content) for line, content in _numbered(text) if pattern.match(content))


def _numbered(text: str) -> Iterator[tuple[int, str]]:
    return enumerate(text.split("\n"), 1)
