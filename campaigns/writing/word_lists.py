"""Turn Word's lists, which are paragraphs that look like items, into real lists."""

import re

from bs4 import BeautifulSoup, Tag

LEVEL = re.compile(r"mso-list:\s*\S+\s+level(\d)")
LIST_STYLE = re.compile(r"MsoList(?:Bullet|Number)(\d?)")
NUMBER_STYLE = re.compile("MsoListNumber")
IGNORED = re.compile(r"mso-list:\s*ignore", re.IGNORECASE)
NUMBERED = re.compile(r"\(?(?:(\d{1,3})|[a-z]|[ivx]{1,5})[.)]", re.IGNORECASE)
LISTS = ["ul", "ol"]
PARAGRAPHS = ["p", "h1", "h2", "h3", "h4", "div"]


def make_lists(soup: BeautifulSoup) -> None:
    """Replace each run of list paragraphs by a list, inner levels inside the item before them."""
    _join_word_online(soup)
    _nest(soup)
    stack: list[Tag] = []
    last: Tag | None = None
    for paragraph in soup.find_all(PARAGRAPHS):
        level = _level(paragraph)
        if level is None:
            continue
        if last is None or _next(last) is not paragraph:
            stack = []
        number = _take_number(paragraph)
        del stack[level:]
        if len(stack) == level and stack[-1].name != _name(number):
            del stack[-1]
        while len(stack) < level:
            stack.append(_opened(soup, paragraph, stack, number))
        paragraph.name = "li"
        last = stack[0]
        stack[-1].append(paragraph.extract())


def _join_word_online(soup: BeautifulSoup) -> None:
    """Word on the web writes a list for each item: spell the items as Word does."""
    for wrapper in soup.select(".ListContainerWrapper"):
        for item in wrapper.find_all("li"):
            start = item.parent.get("start", "1") if item.parent else "1"
            is_numbered = item.parent is not None and item.parent.name == "ol"
            mark = soup.new_tag("span", style="mso-list:ignore")
            mark.string = f"{start}." if is_numbered else "-"
            item.insert(0, mark)
            item["style"] = f"mso-list:web level{item.get('data-aria-level') or 1}"
            item.name = "div"
            wrapper.insert_before(item.extract())
        wrapper.decompose()


def _nest(soup: BeautifulSoup) -> None:
    """A list that lies in a list, as Google Docs writes it, belongs to the item before it."""
    for inner in soup.find_all(LISTS):
        item = inner.find_previous_sibling("li")
        if inner.parent and inner.parent.name in LISTS and item:
            item.append(inner)


def _level(paragraph: Tag) -> int | None:
    if found := LEVEL.search(str(paragraph.get("style") or "").lower()):
        return int(found[1])
    if named := LIST_STYLE.match(_class(paragraph)):
        return int(named[1] or 1)
    return None


def _class(paragraph: Tag) -> str:
    return " ".join(filter(None, paragraph.get_attribute_list("class")))


def _take_number(paragraph: Tag) -> str | None:
    """Take Word's own bullet or number out; returns the number, or None for a bullet."""
    number = "1" if NUMBER_STYLE.match(_class(paragraph)) else None
    for span in paragraph.find_all("span"):
        if not span.decomposed and IGNORED.search(str(span.get("style") or "")):
            found = NUMBERED.match(span.get_text(strip=True))
            number = (found[1] or "1") if found else None
            span.decompose()
    return number


def _name(number: str | None) -> str:
    return "ol" if number else "ul"


def _opened(soup: BeautifulSoup, paragraph: Tag, stack: list[Tag], number: str | None) -> Tag:
    made = soup.new_tag(_name(number), attrs={"start": number} if number else {})
    items = stack[-1].find_all("li", recursive=False) if stack else []
    if items:
        items[-1].append(made)
    elif stack:
        stack[-1].append(made)
    else:
        paragraph.insert_before(made)
    return made


def _next(element: Tag) -> Tag | None:
    following = element.find_next_sibling()
    return following if isinstance(following, Tag) else None
