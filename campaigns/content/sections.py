"""The body of a campaign file: a text, then `## Tips` with a `### title` each, `## Closing`.

The Welsh half, where there is one, follows under the same headings with “Welsh” before them; its
tips stand in the order of the English ones.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest

from campaigns.content.field_rows import IN_WELSH, LANGUAGES, FieldKind
from campaigns.content.fields import BY_NAME, OF_A_TIP, Content, Tip, of_kind
from kit.errors import Problem
from kit.languages import ENGLISH, WELSH

SECTION = re.compile(r" {0,3}##(?!#)(?:[ \t]+(.*?))?[ \t]*")
TITLE = re.compile(r" {0,3}###(?:[ \t]+(.*?))?[ \t]*")
TIPS = {ENGLISH: "tips", WELSH: f"{IN_WELSH}tips"}
OF_A_TIP_IN = {
    language: [row.name for row in OF_A_TIP if row.language == language] for language in LANGUAGES
}
"""Language → the names of a tip's title and text."""


def _order() -> Iterator[str]:
    places = [field.name for field in of_kind(FieldKind.TEXT, FieldKind.TIPS)]
    for language, prefix in ((ENGLISH, ""), (WELSH, IN_WELSH)):
        for name in (name for name in places if BY_NAME[name].language == ENGLISH):
            if name == TIPS[ENGLISH]:
                yield TIPS[language]
            elif prefix + name in BY_NAME:
                yield prefix + name


ORDER = list(_order())
LABELS = {**{name: row.label for name, row in BY_NAME.items()}, TIPS[WELSH]: "Welsh tips"}
HEADINGS = {name: f"## {LABELS[name]}" for name in ORDER[1:]}

Line = tuple[int, str]
TitleAndText = tuple[str, str]


@dataclass(slots=True)
class Body:
    """The sections, what is wrong with them, and the file's line where each field's text begins."""

    texts: dict[str, str] = field(default_factory=dict)
    tips: tuple[Tip, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)


def read(lines: Sequence[str], first: int) -> Body:
    """The body's fields; `first` is the file's number of the first of `lines`."""
    body = Body()
    parts = _split(lines, first, body)
    for name in ORDER:
        if name not in TIPS.values():
            body.texts[name] = _text_of(body, name, parts[name])
    english, welsh = (list(_tips(body, parts[TIPS[each]], each)) for each in LANGUAGES)
    body.tips = tuple(_paired(english, welsh))
    if len(welsh) > len(english):
        line = body.lines[f"tips.{len(english) + 1}.{OF_A_TIP_IN[WELSH][0]}"]
        body.problems.append(Problem(f"line {line}", "there are more Welsh tips than English ones"))
    return body


def write(content: Content) -> str:
    """The body of a campaign file, ending in a line break."""
    first, *others = ORDER
    blocks = [getattr(content, first)]
    for name in others:
        if written := _written(content, name):
            blocks.extend((HEADINGS[name], *written))
    return "\n\n".join(blocks) + "\n"


def _written(content: Content, name: str) -> list[str]:
    for language, tips in TIPS.items():
        if name == tips:
            return _written_tips(content, language)
    text: str = getattr(content, name)
    return [text] if text else []


def _written_tips(content: Content, language: str) -> list[str]:
    """A tip without words in this language is an empty heading, so that the others keep theirs."""
    title, text = OF_A_TIP_IN[language]
    written = [(getattr(tip, title), getattr(tip, text)) for tip in content.tips]
    while language != ENGLISH and written and not any(written[-1]):
        written.pop()
    return [f"### {head}".rstrip() + f"\n{words}" for head, words in written]


def _split(lines: Sequence[str], first: int, body: Body) -> dict[str, list[Line]]:
    parts: dict[str, list[Line]] = {name: [] for name in ORDER}
    at = 0
    for number, line in enumerate(lines, first):
        match = SECTION.fullmatch(line)
        if match is None:
            parts[ORDER[at]].append((number, line))
            continue
        heading = match[1] or ""
        later = [each for each in ORDER[at + 1 :] if _is_headed(each, heading)]
        if later:
            at = ORDER.index(later[0])
        else:
            body.problems.append(Problem(f"line {number}", _misplaced(heading)))
    return parts


def _is_headed(name: str, heading: str) -> bool:
    return LABELS[name].lower() == heading.lower()


def _misplaced(heading: str) -> str:
    if any(_is_headed(name, heading) for name in HEADINGS):
        order = ", then ".join(HEADINGS.values())
        return f"## {heading} is there already or comes too late; write {order}"
    *firsts, last = HEADINGS.values()
    return f"## {heading[:40]} is not a section; there are {', '.join(firsts)} and {last}"


def _text_of(body: Body, name: str, lines: Sequence[Line]) -> str:
    filled = [number for number, line in lines if line.strip()]
    if filled:
        body.lines[name] = filled[0]
    elif lines:
        body.lines[name] = lines[0][0]
    return "\n".join(line for _, line in lines)


def _tips(body: Body, lines: Sequence[Line], language: str) -> Iterator[TitleAndText]:
    title, text = OF_A_TIP_IN[language]
    starts = [at for at, (_, line) in enumerate(lines) if TITLE.fullmatch(line)]
    for number, line in lines[: starts[0]] if starts else lines:
        if line.strip():
            body.problems.append(Problem(f"line {number}", "start a tip with a line “### title”"))
            break
    for count, (start, end) in enumerate(pairwise([*starts, len(lines)]), 1):
        number, heading = lines[start]
        body.lines[f"tips.{count}.{title}"] = body.lines[f"tips.{count}.{text}"] = number
        found = TITLE.fullmatch(heading)
        yield (
            (found and found[1]) or "",
            _text_of(body, f"tips.{count}.{text}", lines[start + 1 : end]),
        )


def _paired(english: Sequence[TitleAndText], welsh: Sequence[TitleAndText]) -> Iterator[Tip]:
    names = [*OF_A_TIP_IN[ENGLISH], *OF_A_TIP_IN[WELSH]]
    beside = zip_longest(english, welsh[: len(english)], fillvalue=("", ""))
    for one, other in beside:
        yield Tip(**dict(zip(names, (*one, *other), strict=True)))
