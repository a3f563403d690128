"""Convert what is pasted from Word, Outlook, Google Docs, LibreOffice or a web page to Markdown."""

import re
from dataclasses import dataclass
from typing import Any

import nh3
from bs4 import BeautifulSoup
from bs4.element import Tag
from markdownify import MarkdownConverter

from campaigns.checks import repairs
from campaigns.content.mended import mended
from campaigns.writing import clipboard_html, redirectors, word_lists
from campaigns.writing.clipboard_html import BLOCKS, CROSSED, DIVISIONS, STYLED

TAGS = {*BLOCKS, *DIVISIONS, *STYLED, *CROSSED, "br", "a", "td", "th", "img"}
ATTRIBUTES = {
    "*": {"style", "class"},
    "a": {"href"},
    "ol": {"start"},
    "img": {"alt"},
    "li": {"data-aria-level"},
}
TOO_MANY_BREAKS = re.compile(r"\n{3,}")
LOOSE_LIST = re.compile(r"^((?:- |\d+\. ).*)\n\n(?=- |\d+\. )", re.MULTILINE)
SPARE_SPACE = re.compile(r"^ (?=\S)|(?<=\S ) +(?=\S)")
SPACES = str.maketrans(
    {"\u00a0": " ", "\u202f": " "}
    | dict.fromkeys("\u00ad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff")
    | dict.fromkeys("\u2066\u2067\u2068\u2069")
)
NO_TABLES = "A table became lines: emails have no tables."


@dataclass(frozen=True, slots=True)
class Pasted:
    """The text to put in, and a sentence for each thing that is not as it was copied."""

    text: str
    said: tuple[str, ...]


class _Converter(MarkdownConverter):
    """Writes the subset that an email has: every heading small, a line break as a line break."""

    def convert_br(self, _el: Tag, _text: str, parent_tags: Any) -> str:
        return " " if "_inline" in parent_tags else "\n"

    def convert_hN(  # noqa: N802 - markdownify's name
        self, _n: int, _el: Tag, text: str, _parent_tags: Any
    ) -> str:
        words = " ".join(text.split())
        return f"\n\n#### {words}\n\n" if words else ""


def from_html(html: str) -> Pasted:
    """Markdown of a clipboard's HTML. What an email cannot have is left out or made into lines."""
    soup = BeautifulSoup(_cleaned(html), "html.parser")
    said = [*clipboard_html.strip_what_no_email_has(soup), *clipboard_html.straighten_links(soup)]
    word_lists.make_lists(soup)
    clipboard_html.spell_alike(soup)
    _lines(soup)
    said += _tables(soup)
    soup.smooth()
    written = _Converter(
        heading_style="atx",
        bullets="-",
        autolinks=False,
        escape_underscores=False,
        wrap=True,
        wrap_width=None,
    ).convert_soup(soup)
    return Pasted(_tidied(written), tuple(dict.fromkeys(said)))


def from_text(text: str) -> Pasted:
    """Plain text with Word's bullets as list items and redirected addresses made straight."""
    said: list[str] = []
    for address in dict.fromkeys(redirectors.ADDRESS.findall(text)):
        straight = redirectors.straightened(address)
        if straight.address != address:
            text = text.replace(address, straight.address)
            said.append(straight.said)
    return Pasted(mended(text.replace("\r\n", "\n")), tuple(said))


def _cleaned(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        clean_content_tags={"script", "style", "title", "head", "xml"},
        link_rel=None,
        url_schemes={"http", "https", "mailto", "tel"},
    )


def _lines(soup: BeautifulSoup) -> None:
    """Mail programs write each line as a `div`, and an empty one as a `div` with a break."""
    for each in soup.find_all("div"):
        if each.find(BLOCKS) or each.find_parent(["td", "th", "li"]):
            continue
        if not each.get_text(strip=True):
            each.clear()
        elif isinstance(last := each.contents[-1], Tag) and last.name == "br":
            last.decompose()
        each.append(soup.new_tag("br"))
        each.unwrap()


def _tables(soup: BeautifulSoup) -> list[str]:
    """Turn each row of cells into a line; drop a table that only lays out a page."""
    found = False
    for table in reversed(soup.find_all("table")):
        for row in table.find_all("tr"):
            cells = [cell for cell in row.find_all(["td", "th"]) if cell.get_text(strip=True)]
            if len(cells) > 1:
                found = True
                words = ", ".join(" ".join(cell.get_text(" ").split()) for cell in cells)
                row.replace_with(_paragraph(soup, words))
                continue
            for cell in cells:
                cell.name = "div"
            row.unwrap()
        table.name = "div"
    return [NO_TABLES] if found else []


def _paragraph(soup: BeautifulSoup, words: str) -> Tag:
    made = soup.new_tag("p")
    made.string = words
    return made


def _tidied(written: str) -> str:
    lines = (SPARE_SPACE.sub("", line).rstrip() for line in written.translate(SPACES).split("\n"))
    text = repairs.inline_footnotes(mended("\n".join(lines)))
    return LOOSE_LIST.sub(r"\1\n", TOO_MANY_BREAKS.sub("\n\n", text)).strip()
