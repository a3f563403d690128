"""Convert what is pasted from Word, Outlook, Google Docs, LibreOffice or a web page to Markdown."""

import re
from dataclasses import dataclass
from typing import Any

import nh3
from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from markdownify import MarkdownConverter

from campaigns.content.mended import mended
from campaigns.writing import redirectors, word_lists

TAGS = {
    *("p", "div", "span", "br", "b", "strong", "i", "em", "a", "ul", "ol", "li", "font"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "tr", "td", "th", "blockquote", "pre"),
}
BLOCKS = ["p", "div", "ul", "ol", "li", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6"]
HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
ATTRIBUTES = {"*": {"style", "class"}, "a": {"href"}, "ol": {"start"}}
IS_BOLD = re.compile(r"font-weight:\s*(?:bold|[6-9]00)")
IS_PLAIN = re.compile(r"font-weight:\s*(?:normal|[1-4]00)")
IS_ITALIC = re.compile(r"font-style:\s*italic")
IS_HIDDEN = re.compile(r"display:\s*none|mso-hide:\s*all")
PICTURE = re.compile(r"<img|<v:imagedata|<picture", re.IGNORECASE)
LINKED = re.compile(r"(?i:https|mailto|tel):")
TOO_MANY_BREAKS = re.compile(r"\n{3,}")
LOOSE_LIST = re.compile(r"^((?:- |\d+\. ).*)\n\n(?=- |\d+\. )", re.MULTILINE)
SPACES = str.maketrans(
    {"\u00a0": " ", "\u202f": " ", "\u00ad": None, "\u200b": None, "\ufeff": None}
)
NO_PICTURES = "A picture was left out: emails have none."
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
    said = [NO_PICTURES] if PICTURE.search(html) else []
    soup = BeautifulSoup(_cleaned(html), "html.parser")
    said += _straightened(soup)
    word_lists.make_lists(soup)
    for step in (_emphasised, _arranged, _unwrapped, _lines, _tables):
        said += step(soup)
    written = _Converter(
        heading_style="atx", bullets="-", autolinks=False, escape_underscores=False
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


def _straightened(soup: BeautifulSoup) -> list[str]:
    """Replace redirected links by their targets; a link without a target keeps its words."""
    said = []
    for link in soup.find_all("a"):
        straight = redirectors.straightened(str(link.get("href") or "").strip())
        if not LINKED.match(straight.address) or not link.get_text(strip=True):
            link.unwrap()
            continue
        link["href"] = straight.address
        if straight.said:
            said.append(straight.said)
    return said


def _emphasised(soup: BeautifulSoup) -> list[str]:
    """Make bold and italic by style what they are by tag."""
    for each in soup.find_all(True):
        style = str(each.get("style") or "").lower()
        if IS_HIDDEN.search(style):
            each.decompose()
        elif each.name in {"b", "strong"} and IS_PLAIN.search(style):
            each.unwrap()
        elif each.name in {"span", "font"}:
            _wrap(soup, each, style)
    for each in soup.find_all(["b", "i"]):
        each.name = {"b": "strong", "i": "em"}[each.name]
    return []


def _arranged(soup: BeautifulSoup) -> list[str]:
    """Put marks around whole blocks into each of them, and join two marks side by side."""
    for each in soup.find_all(["strong", "em"]):
        if each.find(BLOCKS):
            _spread(soup, each)
    for each in soup.find_all(["strong", "em"]):
        if not each.decomposed:
            _join_with_next(each)
    return []


def _wrap(soup: BeautifulSoup, span: Tag, style: str) -> None:
    if IS_ITALIC.search(style):
        span.wrap(soup.new_tag("em"))
    if IS_BOLD.search(style):
        span.wrap(soup.new_tag("strong"))
    span.unwrap()


def _spread(soup: BeautifulSoup, mark: Tag) -> None:
    for block in [block for block in mark.find_all(BLOCKS) if not block.find(BLOCKS)]:
        inside = soup.new_tag(mark.name)
        inside.extend(list(block.contents))
        block.append(inside)
    mark.unwrap()


def _join_with_next(mark: Tag) -> None:
    following = mark.next_sibling
    while isinstance(following, Tag) and following.name == mark.name:
        mark.extend(list(following.contents))
        following.decompose()
        following = mark.next_sibling


def _unwrapped(soup: BeautifulSoup) -> list[str]:
    """A paragraph inside a list item is the item; a heading is not bold besides."""
    for item in soup.find_all("li"):
        for paragraph in item.find_all(["p", "div"]):
            if paragraph.find_next_sibling(["p", "div"]):
                paragraph.append(NavigableString(" "))
            paragraph.unwrap()
    for heading in soup.find_all(HEADINGS):
        for mark in heading.find_all(["strong", "em"]):
            mark.unwrap()
    return []


def _lines(soup: BeautifulSoup) -> list[str]:
    """Mail programs write each line as a `div`, and an empty one as a `div` with a break."""
    for each in soup.find_all(["blockquote", "pre"]):
        each.name = "div"
    for each in soup.find_all("div"):
        if each.find(BLOCKS) or each.find_parent(["td", "th", "li"]):
            continue
        if not each.get_text(strip=True):
            each.clear()
        each.append(soup.new_tag("br"))
        each.unwrap()
    return []


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
    lines = (line.rstrip() for line in written.translate(SPACES).split("\n"))
    text = TOO_MANY_BREAKS.sub("\n\n", mended("\n".join(lines)))
    return LOOSE_LIST.sub(r"\1\n", text).strip()
