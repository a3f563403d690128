"""What a reader sees of a text in the Markdown subset, by the line where it was written."""

from collections.abc import Iterator

from campaigns.content import markdown


def lines(text: str, *, links: bool = True) -> Iterator[tuple[int, str]]:
    """(line from 1, words) of each run of words; without `links`, a link's own words are left out.

    Marks that took effect are left out; those that did not are part of the words.
    """
    for token in markdown.tokens_of(text):
        line, depth, words = (token.map[0] if token.map else 0) + 1, 0, ""
        for child in token.children or ():
            depth += child.nesting if child.type.startswith("link_") else 0
            if child.type in {"softbreak", "hardbreak"}:
                yield line, words
                line, words = line + 1, ""
            elif child.type == "text" and (links or not depth):
                words += child.content
        if words:
            yield line, words


def numbered(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a text as it was written, from 1."""
    return enumerate(text.split("\n"), 1)
