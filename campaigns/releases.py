"""The released figures on this side: a document a month, as the platform published it."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.models import PublishedRelease, ReleaseState
from kit.errors import NotFound

COLUMNS = ("month", "group", "measure", "question", "option", "estimate", "margin", "note")
FORMULA = ("=", "+", "-", "@", "\t", "\r")

Document = Mapping[str, Any]
"""`{"month", "released_on", "spec", "questions", "groups", "figures"}`; see `docs/method.md`."""


def find(session: Session, month: str) -> PublishedRelease:
    """What was published of a month, a withdrawal and a loss included.

    Raises:
        NotFound: nothing was published of it yet.
    """
    found = session.get(PublishedRelease, month)
    if found is None:
        raise NotFound(f"No figures of {month} were released yet.")
    return found


def document(session: Session, month: str) -> Document:
    """A month's figures.

    Raises:
        NotFound: there are none, or they were withdrawn.
    """
    released = find(session, month)
    if released.document is None:
        raise NotFound(f"There are no figures of {month}: {why_not(released)}")
    return read(released)


def read(released: PublishedRelease) -> Document:
    """A published release's document; an empty one where there are no figures."""
    found: Document = json.loads(released.document or "{}")
    return found


def newest_first(session: Session) -> list[PublishedRelease]:
    """Everything that was ever published here."""
    return list(session.scalars(select(PublishedRelease).order_by(PublishedRelease.month.desc())))


def why_not(released: PublishedRelease) -> str:
    """Why a month has no figures, in a sentence."""
    if released.state == ReleaseState.WITHDRAWN:
        return f"they were withdrawn. {released.because}"
    if released.state == ReleaseState.LOST:
        return "the draw was interrupted, and a month is never drawn twice."
    return "it was sent to too few tenants."


def rows(document: Document) -> Iterator[dict[str, object]]:
    """The figures as tidy rows, one value each, in the columns of `COLUMNS`."""
    for figure in document["figures"]:
        yield {"month": document["month"]} | {name: figure[name] for name in COLUMNS[1:]}


def as_csv(*documents: Document) -> str:
    """Tidy CSV (RFC 4180) of one month or several, under one header."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    for each in documents:
        writer.writerows(_plain(row) for row in rows(each))
    return out.getvalue()


def _plain(row: Mapping[str, object]) -> dict[str, object]:
    """A name that a spreadsheet would run as a formula gets an apostrophe in front."""
    return {
        name: f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
        for name, value in row.items()
    }
