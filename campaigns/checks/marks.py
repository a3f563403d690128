"""Find marks that did not take effect, so that every tenant would see them.

Stars around two paragraphs, `[words] (address)`, footnotes, the marks of forums and wikis; and any
mark at all in a field that is one plain line.
"""

import re
from collections.abc import Iterator

from campaigns.checks import visible
from campaigns.content.placeholders import Fault

SHOWN = 40
TARGET = r"(?:https?://|www\.|mailto:|tel:)"
SPLIT_LINK = re.compile(
    rf"\[(?P<words>[^\]\n]+)\]\s*[ \t]+\((?P<to>{TARGET}[^)\s]*)\)"
    rf"|\((?P<words2>[^)\n]+)\)[ \t]*\[(?P<to2>{TARGET}[^\]\s]*)\]"
)
NAMED_LINK = re.compile(r"\[(?P<words>[^\]\n]+)\][ \t]?\[(?P<name>[^\]\n]+)\]")
LINK_NAME = re.compile(
    rf"^[ \t]*\[(?P<name>[^\]^\n]+)\]:[ \t]*<?(?P<to>{TARGET}[^\s>]*)>?.*$", re.MULTILINE
)
FOOTNOTE = re.compile(r"\[\^(?P<name>[^\]\s]+)\](?!:)")
FOOTNOTE_TEXT = re.compile(r"^[ \t]*\[\^(?P<name>[^\]\s]+)\]:[ \t]*(?P<text>.*)$", re.MULTILINE)
FORUM = re.compile(
    r"\[(/?)(b|i|u|s|list|\*|quote|url|size|color|center)(=[^\]\n]*)?\]", re.IGNORECASE
)
WIKI = re.compile(r"'''[^'\n]+'''|''[^'\n]+''|^[ \t]*(={2,4})[ \t]*[^=\n]+\1[ \t]*$", re.MULTILINE)
TEXTILE = re.compile(r"^[ \t]*(?:h[1-6]|bq|p)\.[ \t]+(?=\S)", re.MULTILINE)
HIGHLIGHT = re.compile(r"==(?=\S)([^=\n]+)(?<=\S)==|\+\+(?=\S)([^+\n]+)(?<=\S)\+\+")
TASK = re.compile(r"^[ \t]*(?:[-*+][ \t]+)?\[[ xX]?\][ \t]+(?=\S)", re.MULTILINE)
SHORTCODE = re.compile(r"(?<![\w:/]):[a-z][a-z0-9_+-]{2,30}:(?![\w:/])")
BREAK_CODE = re.compile(r"\\[nrt](?![A-Za-z])|\\r\\n|(?<=[a-z.,:;!?])\\n(?=[A-Za-z])")
ESCAPE_CODE = re.compile(r"\\u(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})")
CODES = (BREAK_CODE, ESCAPE_CODE)
RAISED = re.compile(r"(?<=\w)\^[^\s^]{1,10}\^|(?<=\w)~[^\s~]{1,10}~(?!~)")
LONE_STAR = re.compile(r"^([^*\n]*\w,? )\*(?=[^\W\d_])([^*\n]*)$", re.MULTILINE)
"""Emphasis that was never closed; where a line begins, or behind another star, it is a note."""
STARS = re.compile(rf"\*\*|(?<!\w)__(?=\w)|(?<=\w)__(?!\w)|{LONE_STAR.pattern}")
CROSSED = re.compile(r"~~")
INNER_HEADING = re.compile(r"(?:^|\s)#{2,6}(?=\s|$)")
PLAIN_LINE = re.compile(
    r"\*\*|~~|__(?=\w)|`|\[[^\]\n]+\]\([^)\n]+\)|^#{1,6}\s|(?<![\w*])\*(?=[^\s*|])[^*\n]+\*(?![\w*])"
)


def stars(text: str) -> Iterator[Fault]:
    """`**` that is left when the text is read: unpaired, or around more than one paragraph."""
    for line, words in visible.lines(text):
        if STARS.search(words):
            yield line, f"“{_near(STARS, words)}” keeps its marks; write **words** in one paragraph"


def crossed_out(text: str) -> Iterator[Fault]:
    """`~~`, with which some programs cross words out."""
    for line, words in visible.lines(text):
        if CROSSED.search(words):
            yield line, f"“{_near(CROSSED, words)}” is not crossed out; take it out of the text"


def split_links(text: str) -> Iterator[Fault]:
    """Links whose words and address are not together."""
    names = {found["name"].casefold() for found in LINK_NAME.finditer(text)}
    for line, written in visible.numbered(text):
        found = SPLIT_LINK.search(written) or LINK_NAME.search(written)
        named = NAMED_LINK.search(written)
        if found is None and named and named["name"].casefold() in names:
            found = named
        if found:
            yield line, f"“{found[0].strip()[:SHOWN]}” is no link; write [words](address) together"


def footnotes(text: str) -> Iterator[Fault]:
    """`[^1]`: an email has no foot."""
    for pattern in (FOOTNOTE, FOOTNOTE_TEXT):
        for line, written in visible.numbered(text):
            if found := pattern.search(written):
                yield line, f"“{found[0].strip()[:SHOWN]}” is a footnote; put it into the sentence"


def foreign_marks(text: str) -> Iterator[Fault]:
    """Marks that forums, wikis and task lists know, and this email does not."""
    for line, written in visible.numbered(text):
        for pattern in (FORUM, WIKI, TEXTILE, HIGHLIGHT, RAISED, TASK, SHORTCODE, *CODES):
            if found := pattern.search(written):
                yield line, f"“{found[0].strip()[:SHOWN]}” stays as it stands; take it out"
                break


def stray_headings(text: str) -> Iterator[Fault]:
    """`###` in the middle of a line, or with nothing behind it."""
    for line, words in visible.lines(text):
        if INNER_HEADING.search(words):
            yield line, "“###” stays as it stands; begin a line of its own with it"


def marks_in_a_line(text: str) -> Iterator[Fault]:
    """Any mark in a subject, a preheader or a tip's title, which are shown as they are typed."""
    if found := PLAIN_LINE.search(text):
        yield 1, f"“{found[0][:SHOWN]}” stays as it stands: this line is plain text"


def _near(pattern: re.Pattern[str], words: str) -> str:
    """The mark with the words beside it."""
    found = pattern.search(words)
    start = max(0, found.start() - SHOWN // 2) if found else 0
    return words[start : start + SHOWN].strip()
