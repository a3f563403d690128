"""Turn Word's lists, which are paragraphs that look like items, into real lists."""

import re

from bs4 import BeautifulSoup, Tag

LEVEL = re.compile(r"mso-list:\s*\S+\s+level(\d)")
IGNORED = re.compile(r"mso-list:\s*ignore", re.IGNORECASE)
NUMBERED = re.compile(r"^\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)]", re.IGNORECASE)


def make_lists(soup: BeautifulSoup) -> None:
    """Replace each run of list paragraphs by a list, inner levels inside the item before them."""
    stack: list[Tag] = []
    last: Tag | None = None
    for paragraph in soup.find_all(["p", "h1", "h2", "h3", "h4", "div"]):
        level = _level(paragraph)
        if level is None:
            continue
        if last is None or _next(last) is not paragraph:
            stack = []
        is_numbered = _take_mark(paragraph)
        del stack[level:]
        while len(stack) < level:
            stack.append(_opened(soup, paragraph, stack, is_numbered))
        paragraph.name = "li"
        last = stack[0]
        stack[-1].append(paragraph.extract())


def _level(paragraph: Tag) -> int | None:
    found = LEVEL.search(str(paragraph.get("style") or "").lower())
    return int(found[1]) if found else None


def _take_mark(paragraph: Tag) -> bool:
    """Take Word's own bullet or number out; returns whether it is a number."""
    is_numbered = False
    for span in paragraph.find_all("span"):
        if not span.decomposed and IGNORED.search(str(span.get("style") or "")):
            is_numbered = NUMBERED.match(span.get_text(strip=True)) is not None
            span.decompose()
    return is_numbered


def _opened(soup: BeautifulSoup, paragraph: Tag, stack: list[Tag], is_numbered: bool) -> Tag:
    made = soup.new_tag("ol" if is_numbered else "ul")
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
