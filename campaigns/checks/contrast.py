"""Contrast of text in the compiled HTML (WCAG 2.2, 1.4.3: at least 4.5 to 1)."""

import re
from dataclasses import dataclass, replace
from html.parser import HTMLParser

LEAST = 4.5
HEX = re.compile(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
COLOUR = re.compile(r"(?:^|;)\s*color:\s*([^;]+)")
BACKGROUND = re.compile(r"(?:^|;)\s*background-color:\s*([^;]+)")
UNSEEN = {"head", "style", "script", "title"}
VOID = {"meta", "br", "img", "link", "input", "hr"}
HIDDEN = re.compile(r"(?:^|;)\s*display:\s*none")


@dataclass(frozen=True, slots=True)
class Colours:
    """An element's inherited text colour and background, as #rrggbb."""

    text: str = "#000000"
    background: str = "#ffffff"


@dataclass(frozen=True, slots=True)
class Faint:
    """A text that is too faint, and its ratio."""

    words: str
    text: str
    background: str
    ratio: float


def faint_texts(page: str) -> list[Faint]:
    """Each text of a page with inlined styles whose contrast is below 4.5 to 1."""
    reader = _Reader()
    reader.feed(page)
    return reader.faint


def ratio(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colours written #rgb or #rrggbb: from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


class _Reader(HTMLParser):
    """Walks the page with the colours that open elements inherit; None if hidden."""

    def __init__(self) -> None:
        super().__init__()
        self.faint: list[Faint] = []
        self._open: list[tuple[str, Colours | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            style = dict(attrs).get("style") or ""
            inherited = self._open[-1][1] if self._open else Colours()
            if inherited is None or tag in UNSEEN or HIDDEN.search(style):
                self._open.append((tag, None))
            else:
                self._open.append((tag, _colours(style, inherited)))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        colours = self._open[-1][1] if self._open else None
        if words and colours:
            found = ratio(colours.text, colours.background)
            if found < LEAST:
                self.faint.append(Faint(words[:40], colours.text, colours.background, found))


def _colours(style: str, inherited: Colours) -> Colours:
    for name, pattern in (("text", COLOUR), ("background", BACKGROUND)):
        match = pattern.search(style)
        written = HEX.fullmatch(match[1].split("!")[0].strip()) if match else None
        if written:
            inherited = replace(inherited, **{name: written[0]})
    return inherited


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    if len(digits) < len("rrggbb"):
        digits = "".join(digit * 2 for digit in digits)
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (_linear(channel) for channel in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
