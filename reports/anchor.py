"""The anchor of the release ledger: a copy of it, kept apart from the database (`kit.anchors`).

A restored database has forgotten what was drawn since the backup; the anchor has not. It holds
months, hashes and times, a JSON object a line.
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
    """Every row that was ever charged, oldest first. Nothing is drawn where it cannot be used."""

    def __init__(self, anchor: Anchor) -> None:
        self._anchor = anchor

    @classmethod
    def at(cls, place: str | Path) -> Self:
        """In a file, or in an object written `s3://BUCKET/KEY`."""
        return cls(anchors.open_anchor(str(place)))

    def entries(self) -> list[Entry]:
        """Every row.

        Raises:
            Refused: the anchor cannot be read, or a line of it is broken.
        """
        return self._entries(self._held())

    def add(self, entry: Entry) -> None:
        """Keep one more row; returns only when it is durable.

        Raises:
            Refused: another row came first, or the anchor was not written.
        """
        held = self._held()
        if len(self._entries(held)) != entry["number"] - 1:
            raise Refused(
                f"Another charge came first to the release anchor {self._anchor}; look again."
            )
        self._write(held.text + _line(entry), over=held)

    def readable(self) -> list[Entry]:
        """The rows of an anchor that may be broken: those lines of it that can be read."""
        found = []
        for line in self._held().text.splitlines():
            with suppress(ValueError):
                found.append(json.loads(line))
        return [entry for entry in found if isinstance(entry, dict)]

    def replace(self, entries: Iterable[Entry]) -> None:
        """Hold these rows in place of all others; what was held is kept beside it."""
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
