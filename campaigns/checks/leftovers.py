"""Find text pasted from other programs that tenants would see unchanged.

Word's bullets, tables, another system's placeholders, wrongly decoded characters, and Markdown that
is almost right.
"""

import html
import re
from collections.abc import Iterator
from itertools import pairwise

from campaigns.content.placeholders import Fault

SHOWN = 40
ENTITY = re.compile(
    r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});|&(?:nbsp|amp|pound|quot)\b"
)
FIELDS = (
    r"(?:(?:first|last|full|your|customer|tenant|recipient|contact)[ _]?)?(?:name|surname)"
    r"|title|salutation|address|postcode|e-?mail|phone(?: number)?|reference(?: number)?|amount"
    r"|date|day|time|month|year|link|url|organisation|company|landlord|housing association"
    r"|rent|balance|number|x{2,}|insert [^\]\n]{1,40}|add [^\]\n]{1,40}|your [^\]\n]{1,40}"
)
PLACEHOLDERS = re.compile(
    r"\*\|[^|\n]{1,60}\|\*"  # Mailchimp
    r"|\(\([^()\n]{1,60}\)\)"  # GOV.UK Notify
    r"|\[[\w ]{1,40},\s*fallback=[^\]\n]*\]"  # Sendy
    rf"|\[\[[^\[\]\n]{{1,60}}\]\]|\[\s*(?:{FIELDS})\s*\](?!\()"
    r"|%%[\w.: -]{1,60}%%|%[A-Za-z_][\w.]{1,40}%|\[%[^%\]\n]{1,40}%\]|%\[[^\]\n]{1,40}\]%?"
    r"|<<\s*[\w .]{1,40}\s*>>|«[^»\n]{1,60}»"  # Word's mail merge
    r"|\$\{[^}\n]{1,60}\}|##[\w.]{1,40}##|@@[\w.]{1,40}@@|(?<![\w#])#[A-Za-z_]{2,30}#"
    r"|(?<!\w)\$[A-Za-z][A-Za-z_]{1,30}\b|(?<![\w|])\|[A-Z_]{2,30}\|(?![\w|])"
    r"|(?<![\w%])%[sd](?!\w)|(?<!\w)@[A-Za-z_]{2,30}@(?!\w)"  # Dotdigital
    r"|(?<![\w~])~[A-Za-z_]{2,30}~(?![\w~])|(?<![{%])\{[A-Za-z_][\w .|]{0,40}\}(?!\})",
    re.IGNORECASE,
)
NAMELESS = re.compile(
    r"\b(?:Dear|Hi|Hello)[ \t]+(?:\*{1,2}|_{1,2})?"
    r"(?:(?:[Ff]irst|[Ff]ull|[Cc]ustomer|[Tt]enant)[ _]?[Nn]ame|[Nn]ame|F?NAME|FIRST[ _]?NAME"
    r"|[Nn]one|[Nn]ull|[Uu]ndefined|[Xx]{2,}|_{2,}|\.{3,}|…|,)(?=[\s,.!*_]|$)"
)
NOT_ASCII = re.compile(r"[^\x00-\x7f]{2,}")
APOSTROPHE = re.compile(r"(?<=[^\W\d_])[?Õ](?=(?:t|s|re|ve|ll|d|m)\b(?!=))")
LOST_SPACE = re.compile(r"(?<=[^\W\d_])[ÂÃ](?![^\W\d_])")
BOX = "(?<=[^\\W\\d_])□"
QUOTED_PRINTABLE = re.compile(r"(?:=[0-9A-F]{2}){2,}")
BROKEN = re.compile(
    rf"\ufffd|{BOX}|{APOSTROPHE.pattern}|{LOST_SPACE.pattern}|{QUOTED_PRINTABLE.pattern}"
)
BULLET = re.compile(r"[ \t]*[•·▪▫●○◦‣⁃∙■□❖➢➤✓✔✗►\uf0b7\uf0a7][ \t\u00a0]*\S")
DASH = re.compile(
    r"[ \t]*(?:[–—][ \t\u00a0]*\S|[+-](?=[^\W_])|\*(?=[^\W_])(?![^*\n]*\*)|o[ \t\u00a0]{1,}\S)"
)
ITEM = re.compile(r"[ \t]*[-*+][ \t]")
STUCK_STAR = re.compile(r"[ \t]*(?:-|[*+](?![^*\n]*\*))(?=[^\W\d_])")
STUCK = re.compile(r"[ \t]*-(?=[^\W\d_])")
NUMBER = re.compile(r"[ \t]*(?:\d{1,2}[.)](?=[^\W\d_])|\(\d{1,2}\)[ \t]*\S|[a-h]\)[ \t]*\S)")
TABLE_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)+\|?[ \t]*")
CELLS = re.compile(r"[^|\n]*\|[^|\n]*\|[^\n]*|[^\t\n]+\t[^\t\n]+")
EMPHASIS = re.compile(
    r"~~[^~\n]+~~|(?<!\S)([*_])\s(?=[^\W\d_])[^*_\n]+\s\1(?!\S)|(?<!\S)__\s[^_\n]+__"
)


def entities(text: str) -> Iterator[Fault]:
    """Find HTML character references, which would be shown as text."""
    for line, found in _found(ENTITY, text):
        if (meant := html.unescape(found)) != found:
            yield line, f"“{found}” would be shown as it stands; type “{meant}” itself"


def other_systems(text: str) -> Iterator[Fault]:
    """Find placeholders of other systems, and greetings that name nobody."""
    for pattern in (PLACEHOLDERS, NAMELESS):
        for line, found in _found(pattern, text):
            yield line, f"“{found[:SHOWN]}” is a placeholder of another system; take it out"


def broken_characters(text: str) -> Iterator[Fault]:
    """Find UTF-8 decoded as Windows-1252 (“â€™” for an apostrophe), and lost characters."""
    for line, content in _numbered(text):
        runs = NOT_ASCII.findall(content)
        broken = [run for run in runs if decoded(run) != run]
        broken += [found[0] for found in BROKEN.finditer(content)]
        if broken:
            yield line, f"“{broken[0]}” is a character that was broken; type it anew"


def lists(text: str) -> Iterator[Fault]:
    """Find lines that look like a list but would run together in the email."""
    for line, _content in _lines_of(BULLET, text):
        yield line, "a line starts with a bullet of Word's; begin it with “- ” to make a list"
    for pattern, right in ((DASH, "- "), (NUMBER, "1. ")):
        found = [line for line, _content in _lines_of(pattern, text)]
        if any(following == line + 1 for line, following in pairwise(found)):
            yield found[0], f"these lines look like a list; begin each with “{right}” to make one"
            return
    stuck = STUCK_STAR if any(_lines_of(ITEM, text)) else STUCK
    for line, _content in _lines_of(stuck, text):
        yield line, "a dash sticks to its word; begin the line with “- ” to make a list"
        return


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


def decoded(text: str) -> str:
    """What was UTF-8 before somebody read it as Windows-1252 or Latin-1; anything else as it is."""
    for encoding in ("cp1252", "latin-1"):
        try:
            return text.encode(encoding).decode()
        except UnicodeError:
            continue
    return text


def _found(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, str]]:
    for line, content in _numbered(text):
        for match in pattern.finditer(content):
            yield line, match[0]


def _lines_of(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, str]]:
    return ((line, content) for line, content in _numbered(text) if pattern.match(content))


def _numbered(text: str) -> Iterator[tuple[int, str]]:
    return enumerate(text.split("\n"), 1)
