"""The elements of a compiled page."""

from html.parser import HTMLParser


def elements_of(page: str) -> list[tuple[str, str | None]]:
    """(tag, address it links to) of every element, in order; None for one that is no link."""
    reader = _Reader()
    reader.feed(page)
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.found.append((tag, given["href"] or "" if "href" in given else None))
