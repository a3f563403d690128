"""The body of a campaign file: a text, then `## Tips` with a `### title` each, `## Closing`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from campaigns.content.fields import BY_NAME, Content, FieldKind, Tip, of_kind
from kit.errors import Problem

SECTION = re.compile(r" {0,3}##(?!#)(?:[ \t]+(.*?))?[ \t]*")
TITLE = re.compile(r" {0,3}###(?:[ \t]+(.*?))?[ \t]*")
ORDER = [field.name for field in of_kind(FieldKind.TEXT, FieldKind.TIPS)]
HEADINGS = {name: f"## {BY_NAME[name].label}" for name in ORDER[1:]}

Line = tuple[int, str]


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
        if name == "tips":
            body.tips = tuple(_tips(body, parts[name]))
        else:
            body.texts[name] = _text_of(body, name, parts[name])
    return body


def write(content: Content) -> str:
    """The body of a campaign file, ending in a line break."""
    first, *others = ORDER
    blocks = [getattr(content, first)]
    for name in others:
        value = getattr(content, name)
        if value:
            written = (
                [f"### {tip.title}\n{tip.body}" for tip in value] if name == "tips" else [value]
            )
            blocks.extend((HEADINGS[name], *written))
    return "\n\n".join(blocks) + "\n"


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
    return BY_NAME[name].label.lower() == heading.lower()


def _misplaced(heading: str) -> str:
    if any(_is_headed(name, heading) for name in HEADINGS):
        order = ", then ".join(HEADINGS.values())
        return f"## {heading} is there already or comes too late; write {order}"
    return f"## {heading[:40]} is not a section; there are {' and '.join(HEADINGS.values())}"


def _text_of(body: Body, name: str, lines: Sequence[Line]) -> str:
    filled = [number for number, line in lines if line.strip()]
    if filled:
        body.lines[name] = filled[0]
    elif lines:
        body.lines[name] = lines[0][0]
    return "\n".join(line for _, line in lines)


def _tips(body: Body, lines: Sequence[Line]) -> Iterator[Tip]:
    starts = [at for at, (_, line) in enumerate(lines) if TITLE.fullmatch(line)]
    for number, line in lines[: starts[0]] if starts else lines:
        if line.strip():
            body.problems.append(Problem(f"line {number}", "start a tip with a line “### title”"))
            break
    for count, (start, end) in enumerate(pairwise([*starts, len(lines)]), 1):
        number, heading = lines[start]
        body.lines[f"tips.{count}.title"] = body.lines[f"tips.{count}.body"] = number
        title = TITLE.fullmatch(heading)
        yield Tip(
            title=(title and title[1]) or "",
            body=_text_of(body, f"tips.{count}.body", lines[start + 1 : end]),
        )
