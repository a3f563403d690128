"""Find slips of the pen: brackets and quotation marks without their other half, amounts that are
none, and sentences that stand there twice."""

import re
from collections.abc import Iterator

from campaigns.checks import visible
from campaigns.content.placeholders import Fault

SHOWN = 40
HALVES = {")": "(", "”": "“"}
HALF = re.compile(r"[()“”]")
STANDS_ALONE = re.compile(r"(?:[:;=8x][-'’]?|(?:^|[\s,;/])\w{1,3})$")
"""What stands before the bracket of a smile, or of “a)” in an enumeration."""
INCHES = re.compile(r"\d\"")
AMOUNT = re.compile(
    r"££|£\s?\d[\d,.]*\s?p\b|£\d{1,3}(?:\.\d{3})+,\d+|£\d+,(?:\d{1,2}|\d{4,})(?![\d,])"
)
SENTENCE = re.compile(r"[^.!?]+[.!?]*")
WORDS_OF_A_SENTENCE = 6
"""Shorter ones, such as opening hours, may stand in a text twice."""


def halves(text: str) -> Iterator[Fault]:
    """Find “(” without “)”, and quotation marks that are opened and not closed."""
    opened: list[tuple[int, str]] = []
    straight: list[int] = []
    inches = 0
    for line, words in visible.lines(text):
        straight += [line] * words.count('"')
        inches += len(INCHES.findall(words))
        for found in HALF.finditer(words):
            mark, before = found[0], words[: found.start()]
            if mark in HALVES.values():
                goes_on = mark == "“" and not before.strip() and any(o == mark for _l, o in opened)
                opened += [] if goes_on or before.endswith(":") else [(line, mark)]
            elif opened and opened[-1][1] == HALVES[mark]:
                opened.pop()
            elif not STANDS_ALONE.search(before):
                yield line, _half(mark)
    if len(straight) % 2 and (len(straight) - inches) % 2:
        opened.append((straight[-1], '"'))
    yield from ((line, _half(mark)) for line, mark in opened)


def amounts(text: str) -> Iterator[Fault]:
    """Find “££5”, “£5p” and “£1,50”."""
    for line, words in visible.lines(text):
        if found := AMOUNT.search(words):
            yield line, f"“{found[0]}” is no amount; write it like £1.50"


def repeated(text: str) -> Iterator[Fault]:
    """Find a sentence that stands in a text twice."""
    seen: set[str] = set()
    for line, words in visible.lines(text):
        for sentence in SENTENCE.findall(words):
            read = " ".join(re.findall(r"\w+", sentence.casefold()))
            if read in seen:
                yield line, f"“{sentence.strip()[:SHOWN]}” stands here twice; take one out"
            elif read.count(" ") >= WORDS_OF_A_SENTENCE - 1:
                seen.add(read)


def _half(mark: str) -> str:
    return f"“{mark}” has no other half; close it or take it out"
