"""The elements of a compiled page."""

from html.parser import HTMLParser


def elements_of(page: str) -> list[tuple[str, str]]:
    """(tag, address it links to or nothing) of every element, in order."""
    reader = _Reader()
    reader.feed(page)
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs).get("href") or ""))
