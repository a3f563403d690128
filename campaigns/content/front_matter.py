"""The front matter of a campaign file: between two lines of `---`, YAML read as strings only."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from campaigns import calendar
from campaigns.content.field_rows import Field, FieldKind
from campaigns.content.fields import Content, of_kind
from kit import durations
from kit.clock import LONDON
from kit.errors import BadInput, Problem
from kit.months import first_day, month_name

FENCE = "---"
LINES = of_kind(FieldKind.LINE)
REQUIRED = ("month", *(line.name for line in LINES if not line.is_optional), "questions")
OPTIONAL = ("send_at", "not_after", *(line.name for line in LINES if line.is_optional))
PLAIN_TEXT = re.compile(rf"({'|'.join(line.name for line in LINES)})\s*:\s+(\S.*?)\s*")
QUOTED = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[|>][+-]?\d?""")
ANY_MONTH = "2000-01"
LONGEST_WINDOW = timedelta(days=28)


@dataclass(slots=True)
class Header:
    """What the front matter says, what is wrong with it, and the file's line of each key."""

    month: str = ""
    send_at: datetime | None = None
    window: timedelta | None = None
    texts: dict[str, str] = field(default_factory=dict)
    questions: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    @property
    def missing(self) -> set[str]:
        return set(REQUIRED) - set(self.lines)

    def say(self, key: str, message: str) -> None:
        line = self.lines.get(key)
        self.problems.append(Problem(f"line {line}, {key}" if line else key, message))


def read(lines: Sequence[str]) -> tuple[Header, int]:
    """The header, and the number of the first line after it.

    Raises:
        BadInput: there is no front matter, or it is not YAML.
    """
    end = _end(lines)
    header = Header()
    values = _values(_compose("\n".join(_with_quotes(lines[1:end]))), header)
    for key in header.missing:
        header.problems.append(Problem("front matter", f"{key} is missing; add a line “{key}: …”"))
    for key, value in values.items():
        READERS[key](header, key, value)
    _check_month(header)
    return header, end + 2


def write(
    *, month: str, send_at: datetime | None, window: timedelta | None, content: Content
) -> str:
    """The front matter with its fences, ending in a line break."""
    keys = [
        ("month", month),
        ("send_at", send_at and _written_time(send_at)),
        ("not_after", window and durations.as_text(window)),
        *((line.name, _written_line(content, line)) for line in LINES),
        ("questions", f"[{', '.join(content.questions)}]"),
    ]
    return "\n".join(
        [FENCE, *(f"{key}: {value}" for key, value in keys if value is not None), FENCE, ""]
    )


def _end(lines: Sequence[str]) -> int:
    if lines[0].rstrip() != FENCE:
        raise BadInput([Problem("line 1", "the file must begin with front matter: a line of ---")])
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() == FENCE:
            return number
    raise BadInput([Problem("line 1", "the front matter is not closed; end it with a line of ---")])


def _with_quotes(lines: Sequence[str]) -> Iterator[str]:
    """The lines with their plain texts in quotation marks, so that YAML takes every word of them.

    To YAML a # begins a comment, and &, *, !, > and the like mean something at the beginning.
    """
    for line, following in zip(lines, (*lines[1:], ""), strict=True):
        found = PLAIN_TEXT.fullmatch(line)
        goes_on = following[:1].isspace() and following.strip()
        if found is None or goes_on or QUOTED.fullmatch(found[2]):
            yield line
        else:
            yield f"{found[1]}: {json.dumps(found[2], ensure_ascii=False)}"


def _compose(text: str) -> Node | None:
    try:
        return yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 2
        raise BadInput([Problem(f"line {line}", "has a control character; take it out")]) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 2
        message = 'is not “key: value”; put a value that holds a colon or a quote into “"…"”'
        raise BadInput([Problem(f"line {line}", message)]) from None
    except RecursionError:
        raise BadInput([Problem("line 2", "the front matter is nested too deeply")]) from None


def _values(node: Node | None, header: Header) -> dict[str, Node]:
    if not isinstance(node, MappingNode):
        raise BadInput([Problem("line 2", "the front matter must hold lines of “key: value”")])
    values: dict[str, Node] = {}
    for key_node, value in node.value:
        line, key = key_node.start_mark.line + 2, str(key_node.value)[:40]
        if key not in READERS:
            known = ", ".join((*REQUIRED, *OPTIONAL))
            header.problems.append(Problem(f"line {line}", f"{key} is not known; use {known}"))
        elif key in values:
            header.problems.append(Problem(f"line {line}", f"{key} is there twice; keep one"))
        else:
            header.lines[key] = line
            values[key] = value
    return values


def _text(header: Header, key: str, node: Node) -> str:
    if isinstance(node, ScalarNode):
        return str(node.value).strip()
    header.say(key, 'must be one line of text; put it into “"…"”')
    return ""


def _read_line(header: Header, key: str, node: Node) -> None:
    header.texts[key] = _text(header, key, node)


def _read_month(header: Header, key: str, node: Node) -> None:
    month = _text(header, key, node)
    try:
        first_day(month)
        header.month = month
    except ValueError as error:
        header.say(key, str(error))


def _read_window(header: Header, key: str, node: Node) -> None:
    try:
        window = durations.parse(_text(header, key, node))
    except ValueError as error:
        header.say(key, str(error))
        return
    if not timedelta() < window <= LONGEST_WINDOW:
        header.say(key, f"must be more than nothing and at most {LONGEST_WINDOW.days} days")
    header.window = window


def _read_send_at(header: Header, key: str, node: Node) -> None:
    text = _text(header, key, node)
    try:
        moment = datetime.fromisoformat(text)
        if "T" not in text:
            raise ValueError("there is no time of day in it")
    except ValueError:
        message = f"“{text[:40]}” is not a date and time; write one as 2026-12-01T10:00"
        header.say(key, message)
        return
    if moment.tzinfo is None and not calendar.exists_in_london(moment):
        header.say(
            key,
            f"{text} does not exist in London: the clocks skip that hour; choose another time",
        )
        return
    header.send_at = moment.astimezone(UTC) if moment.tzinfo else calendar.in_utc(moment)


def _check_month(header: Header) -> None:
    """A month's text goes out in its month."""
    if header.month and header.send_at:
        month = calendar.london_month(header.send_at)
        if month != header.month:
            sent, meant = month_name(month), month_name(header.month)
            header.say("send_at", f"is in {sent}, and this is the email of {meant}; change one")


def _read_questions(header: Header, key: str, node: Node) -> None:
    if not isinstance(node, SequenceNode):
        header.say(key, "must be a list, like [work, hours]")
        return
    header.questions = tuple(_text(header, key, each) for each in node.value)


READERS: dict[str, Callable[[Header, str, Node], None]] = {
    "month": _read_month,
    "send_at": _read_send_at,
    "not_after": _read_window,
    "questions": _read_questions,
    **{line.name: _read_line for line in LINES},
}


def _written_time(moment: datetime) -> str:
    """London's wall time; only the second of an hour that comes twice needs its offset."""
    wall = moment.astimezone(LONDON)
    shown = wall if wall.fold else wall.replace(tzinfo=None)
    exact = wall.second or wall.microsecond
    return shown.isoformat(timespec="auto" if exact else "minutes")


def _written_line(content: Content, line: Field) -> str | None:
    text = getattr(content, line.name)
    return None if line.is_optional and not text else _quoted(text)


def _quoted(value: str) -> str:
    """The value as YAML, in quotation marks only where it needs them."""
    written: str = yaml.safe_dump({"": value}, allow_unicode=True, width=10**9)
    return written.split(":", 1)[1].strip()
