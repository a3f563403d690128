"""Check that the recipient's own links stand alone in a compiled message, or are the whole of a
link. An author's text is checked when it is saved; this checks what would really be sent.
"""

from collections.abc import Iterator
from html.parser import HTMLParser

from campaigns.content import own_links
from campaigns.content.compile import OWN, CompiledMessage

WITHIN_A_LINE = {"a", "b", "em", "i", "span", "strong"}
UNSEEN = {"script", "style", "title"}


def misplaced(compiled: CompiledMessage) -> Iterator[str]:
    """A sentence for each place where a recipient's link touches, or lies in, something else."""
    page = _Page()
    page.feed(compiled.html)
    page.close()
    yield from dict.fromkeys(page.hidden)
    for part, text in (("page", page.words), ("plain-text part", compiled.text)):
        if any(own_links.glued(text, OWN)):
            yield f"a recipient's own link is glued to other text in the {part}; let it stand alone"


class _Page(HTMLParser):
    """Gathers the words as they are read, and names each hidden place that holds a link."""

    def __init__(self) -> None:
        super().__init__()
        self.words = ""
        self.hidden: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        self.words += "" if tag in WITHIN_A_LINE else "\n"
        for name, value in attrs:
            if (tag, name) != ("a", "href") or value not in OWN:
                self._hide(value or "", f"{name} of <{tag}>")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""
        self.words += "" if tag in WITHIN_A_LINE else "\n"

    def handle_data(self, data: str) -> None:
        if self._inside in UNSEEN:
            self._hide(data, f"<{self._inside}>")
        else:
            self.words += data

    def handle_comment(self, data: str) -> None:
        self._hide(data, "a comment")

    def handle_decl(self, decl: str) -> None:
        self._hide(decl, "a declaration")

    def unknown_decl(self, data: str) -> None:
        self._hide(data, "a declaration")

    def handle_pi(self, data: str) -> None:
        self._hide(data, "a processing instruction")

    def _hide(self, text: str, place: str) -> None:
        if any(link in text for link in OWN):
            self.hidden.append(f"a recipient's own link lies in {place}; take it out")
