"""Read a CSV file record by record in constant memory, and say which line is broken.

RFC 4180, UTF-8. A record that is not well-formed costs its own line and no other: an open quote
takes lines in only as long as they make a well-formed record of the right width.
"""

import codecs
import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

LINE_MAX = 10_000
RECORD_LINES_MAX = 10
SKIPPED_AT_ONCE = 65_536

FIELD = r'(?:"(?:[^"]|"")*+"|[^",\r\n]*+)'
RECORD = re.compile(rf"{FIELD}(?:,{FIELD})*+")

NOT_UTF8 = "is not UTF-8; save the file again as “CSV UTF-8”"
TOO_LONG = f"is longer than {LINE_MAX:,} bytes; no row of a roster is"
BROKEN_QUOTES = (
    'has broken quoting; put a field that holds a comma or a quote in quotes, and write "" for a'
    " quote inside it"
)


@dataclass(frozen=True, slots=True)
class Record:
    """A record and the line of the file it begins on, counted from 1."""

    line: int
    fields: list[str]


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that belongs to no record, and what is wrong with it."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str


class Records:
    """The records of a file. The first decides how many fields one that spans lines must have."""

    def __init__(self, stream: BinaryIO) -> None:
        self._lines = _lines(stream)
        self._given_back: deque[_Line | Broken] = deque()
        self._width = 0

    def __iter__(self) -> Iterator[Record | Broken]:
        while (line := self._next()) is not None:
            record = self._record(line) if isinstance(line, _Line) else line
            if isinstance(record, Record) and not self._width:
                self._width = len(record.fields)
            yield record

    def _next(self) -> _Line | Broken | None:
        return self._given_back.popleft() if self._given_back else next(self._lines, None)

    def _record(self, line: _Line) -> Record | Broken:
        if '"' not in line.text:
            return Record(line.number, line.text.split(","))
        taken = self._until_quotes_close(line)
        text = "\n".join(part.text for part in taken)
        if RECORD.fullmatch(text):
            fields = next(csv.reader([text], strict=True))
            if len(taken) == 1 or len(fields) == self._width:
                return Record(line.number, fields)
        self._given_back.extendleft(reversed(taken[1:]))
        return Broken(line.number, BROKEN_QUOTES)

    def _until_quotes_close(self, line: _Line) -> list[_Line]:
        taken, quotes = [line], line.text.count('"')
        while quotes % 2 and len(taken) < RECORD_LINES_MAX:
            more = self._next()
            if not isinstance(more, _Line):
                self._given_back.extendleft([more] if more else [])
                break
            taken.append(more)
            quotes += more.text.count('"')
        return taken


def _lines(stream: BinaryIO) -> Iterator[_Line | Broken]:
    number = 0
    while raw := stream.readline(LINE_MAX + 2):
        number += 1
        if len(raw) > LINE_MAX and not raw.endswith(b"\n"):
            _skip_line(stream)
            yield Broken(number, TOO_LONG)
            continue
        if number == 1:
            raw = raw.removeprefix(codecs.BOM_UTF8)
        if raw.strip():
            yield _decoded(number, raw)


def _skip_line(stream: BinaryIO) -> None:
    while (rest := stream.readline(SKIPPED_AT_ONCE)) and not rest.endswith(b"\n"):
        pass


def _decoded(number: int, raw: bytes) -> _Line | Broken:
    try:
        return _Line(number, raw.decode().rstrip("\r\n"))
    except UnicodeDecodeError:
        return Broken(number, NOT_UTF8)
