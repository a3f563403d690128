"""Read the lines of a text file in constant memory, reporting those that cannot be decoded."""

import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import BinaryIO

from kit import invisible
from tenants.roster.repairs import Repairs

LINE_MAX = 10_000
SKIPPED_AT_ONCE = 65_536

BYTE_ORDER_MARKS = re.compile("^(?:\ufeff|\u00ef\u00bb\u00bf)+")
"""One or several, or one that was decoded as Latin-1 and encoded again."""
ESCAPED_BYTE = re.compile("[\udc80-\udcff]")
"""A byte that is not UTF-8, as `surrogateescape` decodes it (PEP 383)."""

NOT_UTF8 = "is not UTF-8; save the file again as “CSV UTF-8”"
WORKBOOK = "is a spreadsheet’s own file and not CSV; save it again as “CSV UTF-8”"
TOO_LONG = f"is longer than {LINE_MAX:,} characters; no row of a roster is"
WORKBOOK_BEGINS = "PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end, counted from 1."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that belongs to no record, and what is wrong with it."""

    line: int
    message: str


def lines(stream: BinaryIO, repairs: Repairs) -> Iterator[Line | Broken]:
    """Yield the lines that are not blank. LF, CRLF or CR ends a line."""
    text = io.TextIOWrapper(stream, "utf-8", "surrogateescape", newline=None)
    try:
        for number in count(1):
            line = text.readline(LINE_MAX + 1)
            if not line:
                break
            if read := _read(number, line, text, repairs):
                yield read
        ends = text.newlines
        repairs.has_bare_returns = "\r" in (ends if isinstance(ends, tuple) else (ends,))
    finally:
        with suppress(ValueError):  # closed by its owner, after an import that was refused
            text.detach()


def _read(number: int, line: str, rest: io.TextIOWrapper, repairs: Repairs) -> Line | Broken | None:
    if number == 1:
        line = BYTE_ORDER_MARKS.sub("", line)
    if len(line) > LINE_MAX and not line.endswith("\n"):
        _skip_line(rest)
        return Broken(number, TOO_LONG)
    if number == 1 and line.startswith(WORKBOOK_BEGINS):
        return Broken(number, WORKBOOK)
    if not line.isascii():
        if ESCAPED_BYTE.search(line):
            return Broken(number, NOT_UTF8)
        line = _visible(line, repairs)
    return Line(number, line.rstrip("\n")) if line.strip() else None


def _visible(line: str, repairs: Repairs) -> str:
    visible = invisible.removed(line)
    repairs.rows_with_invisible += visible != line
    return visible


def _skip_line(text: io.TextIOWrapper) -> None:
    while (rest := text.readline(SKIPPED_AT_ONCE)) and not rest.endswith("\n"):
        pass
