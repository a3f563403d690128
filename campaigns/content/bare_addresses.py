"""Links for addresses that stand in a text by themselves, as mail programs make them."""

import re
from collections.abc import Iterator

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from campaigns.content import hyperlinks

ADDRESS = re.compile(
    r"(?<![\w@./-])(?:(?:https?://|www\.|(?:[a-z0-9-]+\.)+(?:uk|com|org|net|info|cymru|wales)/)"
    r"[^\s<>\"“”]+|[\w.+-]+@(?:[\w-]+\.)+[a-z]{2,})",
    re.IGNORECASE,
)
AFTER_IT = ".,;:!?'’"


def link(state: StateCore) -> None:
    """A rule for markdown-it: make each sound address outside a link pressable."""
    for token in state.tokens:
        if token.type == "inline" and ADDRESS.search(token.content):
            token.children = list(_linked(token.children or []))


def _linked(children: list[Token]) -> Iterator[Token]:
    depth = 0
    for token in children:
        depth += token.nesting if token.type.startswith("link_") else 0
        if token.type == "text" and depth == 0:
            yield from _pieces(token.content)
        else:
            yield token


def _pieces(words: str) -> Iterator[Token]:
    at = 0
    for match in ADDRESS.finditer(words):
        shown = _without_punctuation(match[0])
        address = _full(shown)
        if hyperlinks.fault(address) is not None:
            continue
        yield _text(words[at : match.start()])
        yield Token("link_open", "a", 1, attrs={"href": address}, markup="linkify")
        yield _text(shown)
        yield Token("link_close", "a", -1, markup="linkify")
        at = match.start() + len(shown)
    yield _text(words[at:])


def _text(words: str) -> Token:
    return Token("text", "", 0, content=words)


def _without_punctuation(found: str) -> str:
    found = found.rstrip(AFTER_IT)
    while found.endswith(")") and found.count("(") < found.count(")"):
        found = found[:-1].rstrip(AFTER_IT)
    return found


def _full(shown: str) -> str:
    if "://" in shown:
        return shown
    is_page = "/" in shown or shown.lower().startswith("www.")
    return f"https://{shown}" if is_page else f"mailto:{shown}"
