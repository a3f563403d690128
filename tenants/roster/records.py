"""Read a CSV file record by record in constant memory, and name broken lines.

RFC 4180, and what spreadsheets write: a `sep=` line, other separators than the comma, empty rows.
A malformed record spoils no other line: an open quote continues over lines only if they make a
well-formed record of the right width.
"""

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO

from tenants.roster import columns
from tenants.roster.lines import Broken, Line, lines
from tenants.roster.repairs import SEPARATORS, Repairs

RECORD_LINES_MAX = 10
NOTHING = ' ",;|' + "".join(map(chr, (*range(32), 127, 160)))
"""The characters of an empty row."""
SEPARATOR_LINE = re.compile(r'"?sep=(.?)"?[,;\t|]*', re.IGNORECASE)
"""Excel's `sep=;` on the first line, which names the separator."""
COMMA = ","

BROKEN_QUOTES = (
    'has broken quoting; put a field that holds a comma or a quote in quotes, and write "" for a'
    " quote inside it"
)


@dataclass(frozen=True, slots=True)
class Record:
    """A record and the line on which it begins, counted from 1."""

    line: int
    fields: list[str]


class Records:
    """The records of a file. A record over several lines must be as wide as the first one."""

    def __init__(self, stream: BinaryIO, repairs: Repairs) -> None:
        self._lines = lines(stream, repairs)
        self._given_back: deque[Line | Broken] = deque()
        self._repairs = repairs
        self._separator = ""
        self._width = 0

    def __iter__(self) -> Iterator[Record | Broken]:
        while (line := self._next()) is not None:
            if isinstance(line, Line) and self._says_nothing(line):
                continue
            record = self._record(line) if isinstance(line, Line) else line
            if isinstance(record, Record) and not self._width:
                self._width = len(record.fields)
            yield record

    def _next(self) -> Line | Broken | None:
        return self._given_back.popleft() if self._given_back else next(self._lines, None)

    def _says_nothing(self, line: Line) -> bool:
        if not self._separator and (named := SEPARATOR_LINE.fullmatch(line.text)):
            self._separate(named[1] or "\t")
            self._repairs.left_out["“sep=” line"] += 1
            return True
        if line.text.count('"') % 2 == 0 and not line.text.strip(NOTHING):
            self._repairs.left_out["empty row"] += 1
            return True
        if not self._separator:
            self._separate(_separator_of(line.text))
        return False

    def _separate(self, separator: str) -> None:
        self._separator = self._repairs.separator = separator

    def _record(self, line: Line) -> Record | Broken:
        if '"' not in line.text:
            return Record(line.number, line.text.split(self._separator))
        taken = self._until_quotes_close(line)
        text = "\n".join(part.text for part in taken)
        if (fields := _quoted(text, self._separator)) is not None and (
            len(taken) == 1 or len(fields) == self._width
        ):
            return Record(line.number, fields)
        self._given_back.extendleft(reversed(taken[1:]))
        return Broken(line.number, BROKEN_QUOTES)

    def _until_quotes_close(self, line: Line) -> list[Line]:
        taken, quotes = [line], line.text.count('"')
        while quotes % 2 and len(taken) < RECORD_LINES_MAX:
            more = self._next()
            if not isinstance(more, Line):
                self._given_back.extendleft([more] if more else [])
                break
            taken.append(more)
            quotes += more.text.count('"')
        return taken


def _separator_of(header: str) -> str:
    """Return the separator with which the header has known columns; a comma if none does."""
    for separator in (COMMA, *SEPARATORS):
        if len(columns.known_in(_quoted(header, separator) or ())) > 1:
            return separator
    return COMMA


def _quoted(text: str, separator: str) -> list[str] | None:
    """Split a record with quoted fields; None if the quoting is broken."""
    if not _pattern(separator).fullmatch(text):
        return None
    return next(csv.reader([text], delimiter=separator, strict=True))


@cache
def _pattern(separator: str) -> re.Pattern[str]:
    mark = re.escape(separator)
    field = rf'(?:"(?:[^"]|"")*+"|[^"{mark}\r\n]*+)'
    return re.compile(rf"{field}(?:{mark}{field})*+")
