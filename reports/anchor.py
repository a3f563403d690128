"""The release ledger's anchor: a copy of the ledger outside the database (`kit.anchors`).

A restored database has lost what was drawn since the backup; the anchor has not. It holds months,
hashes and times, one JSON object a line.
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from kit import anchors
from kit.anchors import Anchor, Held
from kit.errors import Refused

Entry = Mapping[str, Any]


class ReleaseAnchor:
    """Every charge, oldest first. Without a usable anchor nothing is drawn."""

    def __init__(self, anchor: Anchor) -> None:
        self._anchor = anchor

    @classmethod
    def at(cls, place: str | Path) -> Self:
        """Open the anchor at a file path or at `s3://BUCKET/KEY`."""
        return cls(anchors.open_anchor(str(place)))

    def entries(self) -> list[Entry]:
        """Return every row.

        Raises:
            Refused: the anchor cannot be read, or a line of it is malformed.
        """
        return self._entries(self._held())

    def add(self, entry: Entry) -> None:
        """Append a row; returns once it is durable.

        Raises:
            Refused: another process wrote first, or writing failed.
        """
        held = self._held()
        if len(self._entries(held)) != entry["number"] - 1:
            raise Refused(
                f"Another charge came first to the release anchor {self._anchor}; look again."
            )
        self._write(held.text + _line(entry), over=held)

    def readable(self) -> list[Entry]:
        """Return the rows that can be read, of an anchor that may be damaged."""
        found = []
        for line in self._held().text.splitlines():
            with suppress(ValueError):
                found.append(json.loads(line))
        return [entry for entry in found if isinstance(entry, dict)]

    def replace(self, entries: Iterable[Entry]) -> None:
        """Replace all rows; the old text is saved beside the anchor."""
        held, name = self._held(), Path(str(self._anchor)).name
        if held.text:
            aside = self._anchor.beside(f"{name}.{anchors.replaced(held.text)}")
            anchors.update(aside, lambda _: held.text)
        self._write("".join(map(_line, entries)), over=held)

    def _held(self) -> Held:
        try:
            return self._anchor.read()
        except Refused as error:
            raise Refused(f"{error} Nothing is drawn until it can be read.") from None

    def _write(self, text: str, *, over: Held) -> None:
        try:
            self._anchor.write(text, over=over)
        except Refused as error:
            raise Refused(
                f"{error} Nothing was drawn; if the ledger and it no longer agree, run "
                "`checkin reports adopt`."
            ) from None

    def _entries(self, held: Held) -> list[Entry]:
        lines = enumerate(held.text.splitlines(), start=1)
        return [self._entry(line, number) for number, line in lines]

    def _entry(self, line: str, number: int) -> Entry:
        try:
            entry: Entry = json.loads(line)
        except ValueError:
            raise Refused(
                f"Line {number} of the release anchor {self._anchor} is broken; nothing is drawn "
                "until it is put right from a copy."
            ) from None
        return entry


def _line(entry: Entry) -> str:
    return json.dumps(dict(entry), sort_keys=True) + "\n"
