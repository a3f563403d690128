"""One-press repairs: for each kind of leftover, the text as its author meant it.

A repair mends every leftover of its kind in one field, and changes nothing else. Nobody's text is
repaired without being asked: the console offers it beside the finding.
"""

import html
import quopri
import re
from collections.abc import Callable
from dataclasses import dataclass

from campaigns.checks import leftovers, marks
from campaigns.content import acceptance, markdown

PARAGRAPHS = re.compile(r"(\n[ \t]*\n)")
GREETING = re.compile(
    rf"\b(?:Dear|Hi|Hello)\s+(?:{leftovers.PLACEHOLDERS.pattern})\s*,?", re.IGNORECASE
)
HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]*(?=[^#\s])", re.MULTILINE)
UNDERLINE = re.compile(r"(?<=\S\n)[ \t]*(?:=+|-+)[ \t]*$", re.MULTILINE)
SPACED_BOLD = re.compile(r"(\*\*|__)[ \t]*([^*_\n]+?)[ \t]*\1")
SPACED_ITALIC = re.compile(r"(?<!\S)([*_])[ \t]([^*_\n]+?)[ \t]\1(?!\S)")
TAGS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
HTML_TAG = re.compile(r"<\s*(/?)\s*([A-Za-z][A-Za-z0-9]*)([^<>]*)>")
ANCHOR = re.compile(
    r"""<a\s[^<>]*?href\s*=\s*["']?([^"'\s>]+)["']?[^<>]*>(.*?)</a\s*>""", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Repair:
    """`label` says on a button what `apply` does to one field's text."""

    label: str
    apply: Callable[[str], str]


def unescape_entities(text: str) -> str:
    """Each named character as itself; a space that does not break becomes a space."""
    return leftovers.ENTITY.sub(lambda found: html.unescape(found[0]), text).replace("\xa0", " ")


def remove_placeholders(text: str) -> str:
    """Without another system's placeholders; a greeting of nobody becomes “Hello,”."""
    greeted = leftovers.NAMELESS.sub("Hello", GREETING.sub("Hello,", text))
    taken = leftovers.PLACEHOLDERS.sub("", greeted)
    return re.sub(r"(?<=\S)[ \t]{2,}", " ", re.sub(r"[ \t]+(?=[,.;:!?])", "", taken)).strip()


def mend_characters(text: str) -> str:
    """What was read in the wrong encoding, read in the right one."""
    read = leftovers.NOT_ASCII.sub(lambda found: leftovers.decoded(found[0]), text)
    spaced = leftovers.LOST_SPACE.sub(" ", leftovers.APOSTROPHE.sub("’", read))
    return leftovers.QUOTED_PRINTABLE.sub(
        lambda found: quopri.decodestring(found[0]).decode(errors="replace"),
        re.sub(r" {2,}", " ", spaced) if spaced != read else spaced,
    )


def make_lists(text: str) -> str:
    """Lines that look like a list become one, apart from the paragraph before it."""
    lines: list[str] = []
    for line in text.split("\n"):
        item = _item(line)
        if item and lines and lines[-1].strip() and not _is_item(lines[-1]):
            lines.append("")
        lines.append(item or line)
    return "\n".join(lines)


def flatten_tables(text: str) -> str:
    """Each row below the first becomes an item: “- May: £5”."""
    rows: list[list[str]] = []
    lines: list[str] = []
    for line in [*text.split("\n"), ""]:
        if leftovers.TABLE_RULE.fullmatch(line) or leftovers.CELLS.match(line):
            rows.append([cell.strip() for cell in re.split(r"[|\t]", line.strip().strip("|"))])
            continue
        lines += [*_items_of(rows), line]
        rows = []
    return "\n".join(lines).strip("\n")


def mend_emphasis(text: str) -> str:
    """Spaces inside stars go; stars around more paragraphs go around each; lone ones go."""
    text = marks.LONE_STAR.sub(r"\1\2", text)
    paired = SPACED_ITALIC.sub(r"\1\2\1", SPACED_BOLD.sub(r"\1\2\1", text))
    parts = PARAGRAPHS.split(paired)
    if text.count("**") % 2:
        return "".join(part.replace("**", "") if part.count("**") % 2 else part for part in parts)
    is_open = False
    for place, part in enumerate(parts):
        if part.strip():
            begun = f"**{part}" if is_open else part
            is_open = begun.count("**") % 2 == 1
            parts[place] = f"{begun}**" if is_open else begun
    return SPACED_BOLD.sub(r"\1\2\1", "".join(parts).replace("****", ""))


def remove_crossed_out(text: str) -> str:
    """Without what is crossed out."""
    return re.sub(r"[ \t]{2,}", " ", re.sub(r"~~[^~]*~~", "", text)).replace("~~", "").strip()


def join_links(text: str) -> str:
    """Words and address of each link together."""
    targets = {found["name"].casefold(): found["to"] for found in marks.LINK_NAME.finditer(text)}

    def named(found: re.Match[str]) -> str:
        target = targets.get(found["name"].casefold())
        return f"[{found['words']}]({_target(target)})" if target else found[0]

    def split(found: re.Match[str]) -> str:
        words = found["words"] or found["words2"]
        return f"[{words}]({_target(found['to'] or found['to2'])})"

    without = marks.LINK_NAME.sub("", marks.NAMED_LINK.sub(named, text)) if targets else text
    return marks.SPLIT_LINK.sub(split, without).strip()


def inline_footnotes(text: str) -> str:
    """Each note in brackets where its mark stood."""
    notes = {found["name"]: found["text"].strip() for found in marks.FOOTNOTE_TEXT.finditer(text)}
    body = marks.FOOTNOTE_TEXT.sub("", text)

    def note(found: re.Match[str]) -> str:
        return f" ({said.rstrip('.')})" if (said := notes.get(found["name"], "")) else ""

    return marks.FOOTNOTE.sub(note, body).strip()


def remove_foreign_marks(text: str) -> str:
    """Without the marks of forums, wikis and task lists; what was bold there is bold here."""
    text = re.sub(r"\[/?b\]", "**", re.sub(r"'''", "**", text), flags=re.IGNORECASE)
    text = re.sub(r"\[/?i\]", "*", re.sub(r"''", "*", text), flags=re.IGNORECASE)
    text = re.sub(r"\[url=([^\]\n]+)\](.*?)\[/url\]", r"[\2](\1)", text, flags=re.IGNORECASE)
    text = re.sub(
        r"^[ \t]*={2,4}[ \t]*([^=\n]+?)[ \t]*={2,4}[ \t]*$", r"#### \1", text, flags=re.MULTILINE
    )
    text = marks.HIGHLIGHT.sub(lambda found: f"**{found[1] or found[2]}**", text)
    text = marks.ESCAPE_CODE.sub(lambda found: chr(int(found[1], 16)), text)
    text = marks.RAISED.sub(lambda found: found[0][1:-1], text)
    text = marks.TASK.sub("- ", marks.TEXTILE.sub("", text))
    text = marks.BREAK_CODE.sub(" ", marks.SHORTCODE.sub("", marks.FORUM.sub("", text)))
    return re.sub(r"(?<=\S)[ \t]{2,}", " ", text).strip()


def mend_headings(text: str) -> str:
    """Every heading is a small one on a line of its own, with its space."""
    apart = re.sub(r"(?<=\S)[ \t]+#{2,6}[ \t]+(?=\S)", "\n\n#### ", UNDERLINE.sub("", text))
    return re.sub(
        r"(?:^|(?<=\s))#{2,6}[ \t]*$", "", HEADING.sub("#### ", apart), flags=re.MULTILINE
    ).strip()


def strip_line(text: str) -> str:
    """The words alone."""
    words = re.sub(r"\[([^\]\n]+)\]\([^)\n]+\)", r"\1", text)
    words = re.sub(r"^#{1,6}\s+|\*\*|~~|__(?=\w)|(?<=\w)__|`", "", words)
    return re.sub(r"(?<![\w*])\*([^\s*][^*\n]*)\*(?![\w*])", r"\1", words).strip()


def replace_tags(text: str) -> str:
    """HTML as the marks of this text: bold, italic, links and line breaks; other tags go."""
    linked = ANCHOR.sub(lambda found: f"[{found[2].strip()}]({found[1]})", text)
    broken = re.sub(r"<\s*(?:br\s*/?|/p|/div)\s*>", "\n", linked, flags=re.IGNORECASE)
    return HTML_TAG.sub(lambda found: TAGS.get(found[2].lower(), ""), broken).strip()


def remove_code(text: str) -> str:
    """Without backticks and the indentation that means code."""
    return re.sub(r"^(?: {4,}|\t+)", "", text.replace("`", ""), flags=re.MULTILINE)


def remove_quotations(text: str) -> str:
    """Without the signs of a quotation."""
    return re.sub(r"^[ \t]*(?:>[ \t]?)+", "", text, flags=re.MULTILINE)


def remove_rules(text: str) -> str:
    """Without lines that draw a rule."""
    return re.sub(
        r"^[ \t]*(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$",
        "",
        text,
        flags=re.MULTILINE,
    )


REPAIRS = {
    "entities": Repair("Write the characters themselves", unescape_entities),
    "placeholders": Repair("Take the placeholders out", remove_placeholders),
    "characters": Repair("Mend the broken characters", mend_characters),
    "lists": Repair("Make it a list", make_lists),
    "tables": Repair("Make it a list", flatten_tables),
    "emphasis": Repair("Put the stars right", mend_emphasis),
    "crossed-out": Repair("Take out what is crossed out", remove_crossed_out),
    "links": Repair("Make it a link", join_links),
    "footnotes": Repair("Put the notes into the sentences", inline_footnotes),
    "foreign-marks": Repair("Take the marks out", remove_foreign_marks),
    "headings": Repair("Make it a small heading", mend_headings),
    "plain-line": Repair("Take the marks out", strip_line),
    "tags": Repair("Take the HTML out", replace_tags),
    "code": Repair("Take the marks out", remove_code),
    "quotations": Repair("Take the > out", remove_quotations),
    "rules": Repair("Take the line out", remove_rules),
}
BY_FLAW = {
    acceptance.NO_HEADING: "headings",
    acceptance.TIP_HEADING: "headings",
    markdown.HEADING: "headings",
    markdown.HTML: "tags",
    markdown.CODE: "code",
    markdown.REFUSED["blockquote_open"]: "quotations",
    markdown.REFUSED["hr"]: "rules",
}
"""The repair of what keeps a text from being an email at all, by its sentence."""


def _item(line: str) -> str:
    """The line as an item of a list; nothing where it does not look like one."""
    if leftovers.BULLET.match(line):
        return re.sub(r"^[ \t]*[^\w\s][ \t\xa0]*|^[ \t]*[\uf0b7\uf0a7][ \t\xa0]*", "- ", line)
    if leftovers.DASH.match(line):
        return re.sub(r"^[ \t]*(?:[–—\-*+]|o(?=[ \t\xa0]))[ \t\xa0]*", "- ", line)
    if leftovers.NUMBER.match(line):
        return re.sub(r"^[ \t]*\(?(\w{1,2})[.)][ \t]*", _numbered_item, line)
    return ""


def _numbered_item(found: re.Match[str]) -> str:
    return f"{found[1]}. " if found[1].isdecimal() else "- "


def _is_item(line: str) -> bool:
    return re.match(r"[ \t]*(?:[-*+]|\d{1,2}[.)])[ \t]+\S", line) is not None


def _items_of(rows: list[list[str]]) -> list[str]:
    body = [row for row in rows if not all(re.fullmatch(r":?-*:?", cell) for cell in row)]
    has_head = len(body) < len(rows)
    items = body[1:] if has_head and len(body) > 1 else body
    head = body[0] if has_head and len(body) > 1 else []
    return [_row(row, head) for row in items]


def _row(cells: list[str], head: list[str]) -> str:
    first, *others = cells
    names = head[1:] if len(head) == len(cells) and len(cells) > 2 else []
    said = [f"{name} {cell}" for name, cell in zip(names, others, strict=True)] if names else others
    return f"- {first}: {', '.join(filter(None, said))}".rstrip(": ")


def _target(address: str) -> str:
    return f"https://{address}" if address.lower().startswith("www.") else address
