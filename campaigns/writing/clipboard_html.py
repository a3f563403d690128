"""Clean up the HTML of a clipboard: only what the writing box has is left, in one spelling."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

from campaigns.writing import redirectors

DIVISIONS = [
    *("section", "article", "header", "footer", "main", "nav", "aside", "figure", "figcaption"),
    *("dl", "dt", "dd", "address", "center", "form", "fieldset", "details", "summary", "caption"),
    *("blockquote", "pre"),
]
HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
PARAGRAPHS = ["p", "div", *HEADINGS]
BLOCKS = [*PARAGRAPHS, "ul", "ol", "li", "table", "tr"]
STYLED = ["b", "strong", "i", "em", "span", "font"]
CROSSED = ["del", "s", "strike"]
MARKS = {
    "em": (["i", "em"], re.compile(r"font-style:\s*(?:(italic|oblique)|normal)")),
    "strong": (["b", "strong"], re.compile(r"font-weight:\s*(?:(bold|[6-9]00)|normal|[1-5]00)")),
}
"""A mark's tags, and the style that says whether words have it: a closer one overrules."""
KEEPS_LINES = re.compile(r"white-space:\s*(?:(pre)|normal|nowrap)")
IS_HIDDEN = re.compile(r"display:\s*none|mso-hide:\s*all|mso-element:\s*comment-list")
IS_CROSSED = re.compile(r"text-decoration(?:-line)?:[^;]*line-through")
COMMENT_MARKS = ".MsoCommentReference, .msocomanchor"
TITLES = ".MsoTitle"
NOTE = re.compile(r"#_?(?:ftn|edn|ftnt|sdfootnote|sdendnote)(_?ref)?(\d+)(sym|anc)?")
NOT_DIALLED = re.compile(r"[^\d+]")
LINKED = re.compile(r"(?i:https?|mailto|tel):")
NO_PICTURES = "A picture was left out: emails have none."
NOT_CROSSED = "What was crossed out was left out."


def strip_what_no_email_has(soup: BeautifulSoup) -> Iterator[str]:
    """Take out pictures that are no emoji, comments, and what is hidden or crossed out."""
    for picture in soup.find_all("img"):
        words = str(picture.get("alt") or "")
        if not words or re.search(r"\w", words):
            yield NO_PICTURES
            words = ""
        picture.insert_before(words)
        picture.decompose()
    for each in [*soup.select(COMMENT_MARKS), *soup.find_all(_is_hidden)]:
        each.decompose()
    for each in soup.find_all(_is_crossed):
        yield NOT_CROSSED
        each.decompose()


def _is_hidden(element: Tag) -> bool:
    return IS_HIDDEN.search(_style(element)) is not None


def _is_crossed(element: Tag) -> bool:
    return element.name in CROSSED or IS_CROSSED.search(_style(element)) is not None


def straighten_links(soup: BeautifulSoup) -> Iterator[str]:
    """Replace redirected links by their targets; a link without a target keeps its words."""
    for link in soup.find_all("a"):
        address = str(link.get("href") or "").strip()
        if note := NOTE.fullmatch(address):
            link.replace_with(f"[^{note[2]}]" + (":" if note[1] or note[3] == "anc" else ""))
            continue
        straight = redirectors.straightened(address)
        if not LINKED.match(straight.address) or not link.get_text(strip=True):
            link.unwrap()
            continue
        link["href"] = _single(straight.address)
        if straight.said:
            yield straight.said


def _single(address: str) -> str:
    """One mailbox without a subject, or one number without spaces: all that a link may hold."""
    scheme, _, rest = address.partition(":")
    match scheme.lower():
        case "mailto":
            return f"mailto:{rest.partition('?')[0]}"
        case "tel":
            return f"tel:{NOT_DIALLED.sub('', unquote(rest))}"
        case _:
            return address


def spell_alike(soup: BeautifulSoup) -> None:
    """Spell lines, bold and italic in one way, whatever program wrote them."""
    for step in (_named, _broken, _emphasised, _spread, _joined, _lifted):
        step(soup)


def _named(soup: BeautifulSoup) -> None:
    """What a browser shows as a block is a `div`, and a title a heading."""
    for each in soup.find_all(DIVISIONS):
        if each.name == "pre":
            each["style"] = "white-space:pre"
        each.name = "div"
    for title in soup.select(TITLES):
        title.name = "h1"


def _broken(soup: BeautifulSoup) -> None:
    """Where a style or `pre` keeps the lines of its source, they are breaks."""
    keeps = _said(soup, [], KEEPS_LINES)
    for words in soup.find_all(string=re.compile(r"\n")):
        if words.strip() and keeps[id(words.parent)]:
            first, *others = words.split("\n")
            words.replace_with(
                first, *(each for line in others for each in (soup.new_tag("br"), line))
            )


def _emphasised(soup: BeautifulSoup) -> None:
    """Mark the words that are bold or italic, whether a tag or a style says so."""
    says = {mark: _said(soup, tags, style) for mark, (tags, style) in MARKS.items()}
    marked = [
        (words, [mark for mark in MARKS if says[mark][id(words.parent)]])
        for words in soup.find_all(string=True)
    ]
    for each in soup.find_all(STYLED):
        each.unwrap()
    for words, marks in marked:
        inside: PageElement = words
        for mark in marks:
            inside = inside.wrap(soup.new_tag(mark))


def _said(soup: BeautifulSoup, tags: list[str], style: re.Pattern[str]) -> dict[int, bool]:
    """What its closest tag or style says of each element, by the element's id()."""
    said = {id(soup): False}
    for each in soup.find_all(True):
        by_style = style.search(_style(each))
        said[id(each)] = (
            by_style[1] is not None if by_style else each.name in tags or said[id(each.parent)]
        )
    return said


def _style(element: Tag) -> str:
    return str(element.get("style") or "").lower()


def _spread(soup: BeautifulSoup) -> None:
    """A link around blocks goes into each of them."""
    for link in soup.find_all("a"):
        blocks = [block for block in link.find_all(BLOCKS) if not block.find(BLOCKS)]
        for block in blocks:
            inside = soup.new_tag("a", href=str(link["href"]))
            inside.extend(list(block.contents))
            block.append(inside)
        if blocks:
            link.unwrap()


def _joined(soup: BeautifulSoup) -> None:
    """Two marks side by side are one; a mark around nothing is none."""
    for mark in soup.find_all(list(MARKS)):
        following = None if mark.decomposed else mark.next_sibling
        while isinstance(following, Tag) and following.name == mark.name:
            mark.extend(list(following.contents))
            following.decompose()
            following = mark.next_sibling
    for mark in soup.find_all(list(MARKS)):
        if not mark.get_text(strip=True):
            mark.unwrap()


def _lifted(soup: BeautifulSoup) -> None:
    """A paragraph or heading inside a list item is the item; a heading needs no mark besides."""
    for mark in soup.select(":is(h1, h2, h3, h4, h5, h6) :is(strong, em)"):
        mark.unwrap()
    for item in soup.find_all("li"):
        for paragraph in item.find_all(PARAGRAPHS):
            if paragraph.find_next_sibling(PARAGRAPHS):
                paragraph.append(NavigableString(" "))
            paragraph.unwrap()
