"""The released figures, one document a month, as the platform published them."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.models import PublishedRelease, ReleaseState
from kit.errors import NotFound
from kit.months import month_name
from kit.spreadsheets import harmless

COLUMNS = (
    *("month", "group", "measure", "question", "option", "estimate", "margin", "note"),
    *("label", "unit", "base", "released_on", "spec", "state"),
)
MONTH_COLUMNS = ("month", "state", "released_on", "spec", "because")
PEOPLE, PER_CENT = "people", "per cent"
MEASURES = {
    "mailed": ("Tenants mailed", PEOPLE, "tenants on the month's list"),
    "replies": ("Replies", PEOPLE, "tenants mailed"),
    "response_rate": ("Response rate", PER_CENT, "tenants mailed"),
    "share": ("Share of replies", PER_CENT, "replies"),
    "share_of_asked": ("Share of those asked", PER_CENT, "replies that chose this topic"),
}
CLOSED = "[c]"
MARK = "\ufeff"
"""UTF-8's byte-order mark, by which Excel knows the encoding."""

Document = Mapping[str, Any]
"""`{"month", "released_on", "early", "spec", "questions", "groups", "figures", "pools",
"measurements"}`; see `docs/method.md`. The first version of the spec had neither pools nor
measurements."""


def find(session: Session, month: str) -> PublishedRelease:
    """Return a month's release, which may be withdrawn or lost.

    Raises:
        NotFound: nothing was published of it yet.
    """
    found = session.get(PublishedRelease, month)
    if found is None:
        raise NotFound(f"No figures of {month_name(month)} were released yet.")
    return found


def document(session: Session, month: str) -> Document:
    """A month's figures.

    Raises:
        NotFound: there are none, or they were withdrawn.
    """
    released = find(session, month)
    if released.document is None:
        raise NotFound(f"There are no figures of {month_name(month)}: {why_not(released)}")
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
    titles = {each["question"].rpartition(".")[0]: each for each in document["questions"]}
    about = {
        "month": document["month"],
        "released_on": document["released_on"],
        "spec": document["spec"]["version"],
        "state": "early" if document.get("early") else "released",
    }
    for figure in (*document["figures"], *_closed(document)):
        yield about | figure | _described(figure, titles, document)


def _closed(document: Document) -> Iterator[dict[str, object]]:
    """The shares of the groups that were too small for any, so that no row is missing unsaid."""
    for group in document["groups"]:
        if group["scope"] == "full":
            continue
        for asked in document["questions"]:
            for option in asked["options"]:
                yield {
                    "group": group["group"],
                    "measure": "share_of_asked" if asked.get("topic") else "share",
                    "question": asked["question"].rpartition(".")[0],
                    "option": option["option"],
                    "estimate": None,
                    "margin": None,
                    "note": CLOSED,
                }


def _described(
    figure: Mapping[str, Any], titles: Mapping[str, Mapping[str, Any]], document: Document
) -> dict[str, object]:
    """A figure's label, unit and base in words."""
    suffix = next((p for p in _pools(document) if figure["measure"].endswith(p)), "")
    label, unit, base = MEASURES[figure["measure"].removesuffix(suffix)]
    if asked := titles.get(figure["question"]):
        options = {each["option"]: each["label"] for each in asked["options"]}
        label = f"{asked['title']} {options[figure['option']]}"
    months = _pools(document).get(suffix)
    over = f"; {months[0]} to {months[-1]} together" if months else ""
    return {"label": label, "unit": unit, "base": base + over}


def _pools(document: Document) -> dict[str, list[str]]:
    """The months of each pool, by what a pooled measure ends in."""
    return {each["suffix"]: each["months"] for each in document.get("pools", ())}


def state_of(released: PublishedRelease) -> str:
    """`released`, `early`, `withdrawn`, `lost` or `too_small`."""
    if released.document is None:
        return released.state
    return "early" if read(released).get("early") else "released"


def months_csv(published: Iterable[PublishedRelease]) -> str:
    """Every month that is settled and what became of it, oldest first, as tidy CSV."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, MONTH_COLUMNS, restval="")
    writer.writeheader()
    for each in sorted(published, key=lambda one: one.month):
        shown = read(each) if each.document else {}
        writer.writerow(
            _plain(
                {
                    "month": each.month,
                    "state": state_of(each),
                    "released_on": shown.get("released_on", ""),
                    "spec": shown.get("spec", {}).get("version", ""),
                    "because": each.because or "",
                }
            )
        )
    return out.getvalue()


def as_csv(*documents: Document) -> str:
    """Tidy CSV (RFC 4180) of one month or several, under one header."""
    return table(row for each in documents for row in rows(each))


def table(found: Iterable[Mapping[str, object]]) -> str:
    """Rows as tidy CSV in the columns of `COLUMNS`."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(_plain(row) for row in found)
    return out.getvalue()


def _plain(row: Mapping[str, object]) -> dict[str, object]:
    """A row whose names no spreadsheet runs."""
    return {
        name: harmless(value) if isinstance(value, str) else value for name, value in row.items()
    }
