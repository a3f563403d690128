"""Bring the roster in step with a CSV file."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from sqlalchemy.orm import Session

from kit import bulk
from kit.errors import BadInput, Problem
from tenants.eligibility import london_day
from tenants.roster import columns, rows, staging
from tenants.roster.records import Broken, Record, Records
from tenants.roster.rows import BadRow, Row

CHUNK = 5_000
DOUBLED = "tenant_ref is there already, on an earlier line, which stands"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or with `dry_run` would do. `rejected` is in the order of the lines."""

    created: int
    updated: int
    unchanged: int
    rejected: tuple[Problem, ...]


def import_csv(session: Session, stream: BinaryIO, *, dry_run: bool, now: datetime) -> ImportReport:
    """Create and update tenants from a file (see the roster's columns in `docs/`).

    UTF-8 with or without a byte-order mark, RFC 4180, columns in any order. A bad row is rejected
    by line and costs no other row. A column or field that is left out keeps what is held of a known
    tenant and takes the default for a new one. Nobody is deleted, and no stop, pause, restriction
    or objection is lifted. Needs a writing session even for a dry run, for its temporary table.

    Raises:
        BadInput: the file is empty or its header is not a roster's; nothing was written.
    """
    records = iter(Records(stream))
    positions = _positions(records)
    bulk.hold(session, "roster import")
    staging.prepare(session)
    rejected = _stage(session, records, positions)
    rejected += [(line, DOUBLED) for line in staging.drop_doubled(session)]
    created, updated, unchanged = staging.compare(session)
    if not dry_run:
        staging.apply(session, now=now, today=london_day(now))
    staging.clear_away(session)
    problems = tuple(Problem(f"line {line}", fault) for line, fault in sorted(rejected))
    return ImportReport(created, updated, unchanged, problems)


def _positions(records: Iterator[Record | Broken]) -> Mapping[str, int]:
    match next(records, None):
        case None:
            raise BadInput([Problem("", "The file is empty; it needs a header and rows.")])
        case Broken(line, message):
            raise BadInput([Problem(f"line {line}", message)])
        case Record(_, fields):
            return columns.positions(fields)


def _stage(
    session: Session, records: Iterable[Record | Broken], positions: Mapping[str, int]
) -> list[tuple[int, str]]:
    """Load the good rows chunk by chunk; returns the lines of the others and why."""
    rejected: list[tuple[int, str]] = []
    good = _good_rows(records, positions, rejected)
    while chunk := list(islice(good, CHUNK)):
        staging.stage(session, chunk)
    return rejected


def _good_rows(
    records: Iterable[Record | Broken],
    positions: Mapping[str, int],
    rejected: list[tuple[int, str]],
) -> Iterator[tuple[int, Row]]:
    for record in records:
        if isinstance(record, Broken):
            rejected.append((record.line, record.message))
            continue
        try:
            yield record.line, rows.read(record.fields, positions)
        except BadRow as error:
            rejected.append((record.line, str(error)))
