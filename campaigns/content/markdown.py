"""The Markdown subset: paragraphs, emphasis, links, lists and small headings.

Written for people who are not engineers: anything outside the subset is refused with its line,
never silently dropped.
"""

from collections.abc import Collection, Iterator, Sequence

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from campaigns.content import bare_addresses, hyperlinks, own_links
from campaigns.content.mended import mended
from campaigns.content.placeholders import Fault

HEADING_LEVELS = {"h3", "h4"}
ALLOWED = {
    *("paragraph_open", "paragraph_close", "heading_open", "heading_close"),
    *("bullet_list_open", "bullet_list_close", "ordered_list_open", "ordered_list_close"),
    *("list_item_open", "list_item_close", "inline"),
    *("text", "text_special", "softbreak", "hardbreak"),
    *("em_open", "em_close", "strong_open", "strong_close", "link_open", "link_close"),
}
HTML = "HTML is not used here; write plain text, **bold** or [a link](https://…)"
CODE = "a line that starts with four spaces, or backticks, is code; take them out"
BROKEN_LINK = "a link is not complete; write [words](https://…) without spaces in the address"
OWN_LINK = (
    "a recipient's own link cannot be part of another address; write [words]({{ reply_link }})"
)
GLUED = (
    "a recipient's own link has to stand alone, with a space before and after it; or write "
    "[words]({{ reply_link }})"
)
HEADING = "a small heading starts with ### or ####"
REFUSED = {
    "html_block": HTML,
    "html_inline": HTML,
    "image": "pictures are not used; an email without them opens at once and tracks nobody",
    "fence": CODE,
    "code_block": CODE,
    "code_inline": CODE,
    "blockquote_open": "a line that starts with > is a quotation; take the > out",
    "hr": "a line of dashes or stars draws a rule; take it out",
}
TAGS = {"p", "h2", "h3", "h4", "h5", "ul", "ol", "li", "em", "strong", "a", "br"}


class _Reader(MarkdownIt):
    """Keeps every link as it was written, so that a bad one is named instead of left as text."""

    def __init__(self, *, html: bool) -> None:
        super().__init__("commonmark", {"html": html, "breaks": True})
        self.disable(["entity", "reference"])
        self.core.ruler.push("bare_addresses", bare_addresses.link)

    def read(self, text: str) -> list[Token]:
        """The tokens of a text whose marks are almost right, each in the line it was typed in."""
        return self.parse(mended(text))

    def validateLink(self, url: str) -> bool:  # noqa: N802 - markdown-it's name
        return True

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        return link


LENIENT = _Reader(html=True)
STRICT = _Reader(html=False)


def faults(text: str, *, recipients_links: Collection[str] = ()) -> list[Fault]:
    """What lies outside the subset, and links that may not be sent, by line from 1.

    `recipients_links` are the addresses that stand for a recipient's own links; they may be linked
    to or stand alone, but never touch another address, which would tell somebody else the link.
    """
    return list(dict.fromkeys(_faults(text, recipients_links)))


def _faults(text: str, recipients_links: Collection[str]) -> Iterator[Fault]:
    for token in LENIENT.read(text):
        line = (token.map[0] if token.map else 0) + 1
        if token.children is not None:
            yield from _inline_faults(token.children, line, recipients_links)
        elif token.type == "heading_open" and token.tag not in HEADING_LEVELS:
            yield line, HEADING
        elif token.type not in ALLOWED and not token.type.endswith("_close"):
            yield line, REFUSED.get(token.type, HTML)


def to_html(text: str, *, heading: str) -> str:
    """HTML of a text without faults; its small headings become `heading`, for instance "h4"."""
    tokens = STRICT.read(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = heading
    rendered = STRICT.renderer.render(tokens, STRICT.options, {})
    return nh3.clean(
        rendered,
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=set(hyperlinks.SCHEMES),
        link_rel=None,
    )


def tokens_of(text: str) -> list[Token]:
    """The tokens of a text without faults."""
    return STRICT.read(text)


def links_of(text: str) -> list[tuple[str, str]]:
    """(words, address) of each link of a text without faults."""
    inlines = [token.children or [] for token in tokens_of(text) if token.type == "inline"]
    return [link for children in inlines for link in _links(children)]


def words_of(text: str) -> str:
    """What a reader sees of a text, a line per block; addresses are left out."""
    inlines = [token.children or [] for token in tokens_of(text) if token.type == "inline"]
    return "\n".join(plain(children) for children in inlines)


def plain(children: Sequence[Token]) -> str:
    """The words of an inline's tokens."""
    return "".join(
        " " if token.type in {"softbreak", "hardbreak"} else token.content for token in children
    )


def _links(children: Sequence[Token]) -> Iterator[tuple[str, str]]:
    for start, token in enumerate(children):
        if token.type == "link_open":
            end = next(
                at for at in range(start, len(children)) if children[at].type == "link_close"
            )
            yield plain(children[start:end]), str(token.attrs["href"])


def _inline_faults(
    children: Sequence[Token], line: int, recipients_links: Collection[str]
) -> Iterator[Fault]:
    yield from _glued_faults(children, line, recipients_links)
    for token in children:
        if token.type in {"softbreak", "hardbreak"}:
            line += 1
        elif sentence := _sentence(token, recipients_links):
            yield line, sentence


def _sentence(token: Token, recipients_links: Collection[str]) -> str | None:
    if token.type == "link_open":
        return _link_sentence(token, recipients_links)
    if token.type not in ALLOWED:
        return REFUSED.get(token.type, HTML)
    return BROKEN_LINK if token.type == "text" and "](" in token.content else None


def _link_sentence(token: Token, recipients_links: Collection[str]) -> str | None:
    href, title = str(token.attrs["href"]), str(token.attrs.get("title", ""))
    if _holds(title, recipients_links):
        return OWN_LINK
    if href in recipients_links:
        return None
    return OWN_LINK if _holds(href, recipients_links) else hyperlinks.fault(href)


def _holds(text: str, links: Collection[str]) -> bool:
    return any(link in text for link in links)


def _glued_faults(
    children: Sequence[Token], line: int, recipients_links: Collection[str]
) -> Iterator[Fault]:
    """Of the words as plain text shows them: without marks of emphasis, links written out."""
    if not recipients_links:
        return
    words, target = "", ""
    for token in children:
        if token.type == "link_open":
            target = str(token.attrs["href"])
        elif token.type == "link_close":
            is_new = target in recipients_links and not words.endswith(target)
            words += f" ({target})" if is_new else ""
            target = ""
        elif token.content != target and target and _holds(token.content, recipients_links):
            yield line + words.count("\n"), OWN_LINK
        else:
            words += "\n" if token.type in {"softbreak", "hardbreak"} else token.content
    for at in own_links.glued(words, recipients_links):
        yield line + words.count("\n", 0, at), GLUED
