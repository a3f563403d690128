"""The plain-text part of the Markdown subset, 72 columns wide, links written out."""

import textwrap
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from campaigns.content import markdown

WIDTH = 72
BULLET = "- "
LISTS = {"bullet_list_open", "ordered_list_open"}


def from_markdown(text: str) -> str:
    """A text without faults as plain text: blocks a blank line apart, list items below each other.

    A link becomes "words (address)"; long addresses are never broken. A line break stays one.
    """
    return "\n".join(_lines(_tree(iter(markdown.tokens_of(text))), WIDTH)).strip("\n")


def wrapped(text: str, *, width: int = WIDTH, first: str = "", then: str = "") -> str:
    """One paragraph, wrapped, its first line begun with `first` and the others with `then`."""
    return "\n".join(
        textwrap.fill(
            line,
            width,
            initial_indent=then if number else first,
            subsequent_indent=then,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for number, line in enumerate(text.split("\n"))
    )


def underlined(heading: str, line: str = "-") -> str:
    """A heading over a line of its own length."""
    shown = wrapped(heading)
    return f"{shown}\n{line * max(map(len, shown.split(chr(10))))}"


Node = tuple[Token, list["Node"]]


def _tree(tokens: Iterator[Token]) -> list[Node]:
    """Nest each block between its opening and closing token."""
    nodes: list[Node] = []
    for token in tokens:
        if token.nesting < 0:
            break
        nodes.append((token, _tree(tokens) if token.nesting > 0 else []))
    return nodes


def _lines(nodes: Sequence[Node], width: int) -> Iterator[str]:
    for token, children in nodes:
        if token.type in LISTS:
            yield from _list_lines(token, children, width)
        elif token.type == "heading_open":
            yield f"{_inline(children)}:"
        else:
            yield wrapped(_inline(children), width=width)
        if not token.hidden:
            yield ""


def _list_lines(token: Token, items: Sequence[Node], width: int) -> Iterator[str]:
    number = int(token.attrs.get("start", 1))
    for _item, blocks in items:
        mark = BULLET if token.type == "bullet_list_open" else f"{number}. "
        number += 1
        inside = "\n".join(_lines(blocks, width - len(mark))).strip("\n").split("\n")
        yield mark + inside[0]
        yield from (" " * len(mark) + line if line else "" for line in inside[1:])


def _inline(children: Sequence[Node]) -> str:
    return "".join(_written(token.children or []) for token, _ in children)


def _written(children: Sequence[Token]) -> str:
    parts: list[str] = []
    opened: list[tuple[str, int]] = []
    for token in children:
        if token.type == "link_open":
            opened.append((str(token.attrs["href"]), len(parts)))
        elif token.type == "link_close":
            parts.append(_address(*opened.pop(), parts))
        elif token.type in {"softbreak", "hardbreak"}:
            parts.append("\n")
        else:
            parts.append(markdown.plain([token]))
    return "".join(parts)


def _address(href: str, start: int, parts: list[str]) -> str:
    shown = href.removeprefix("mailto:").removeprefix("tel:")
    words = "".join(parts[start:]).strip()
    return "" if words in {href, shown, href.removeprefix("https://")} else f" ({shown})"
