"""Import a roster from a CSV file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from sqlalchemy.orm import Session

from kit import bulk
from kit.clock import london_day
from kit.errors import BadInput, Problem
from tenants.roster import columns, rows, staging
from tenants.roster.columns import Columns
from tenants.roster.lines import Broken
from tenants.roster.records import Record, Records
from tenants.roster.repairs import Repairs
from tenants.roster.rows import Row

CHUNK = 5_000
Rejected = tuple[int, str]
"""A rejected line and what is wrong with it."""
DOUBLED = "tenant_ref is there already, on an earlier line, which stands"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or with `dry_run` would do. `rejected` is in the order of the lines.

    `repaired` is one line for people: what of the file was put right by itself, if anything.
    `leavers` are the references on the roster that a whole roster does not name; none are told
    where a line was rejected, for it may be theirs.
    """

    created: int
    updated: int
    unchanged: int
    rejected: tuple[Problem, ...]
    repaired: str = ""
    leavers: tuple[str, ...] = ()


def import_csv(
    session: Session, stream: BinaryIO, *, dry_run: bool, now: datetime, is_whole: bool = False
) -> ImportReport:
    """Create and update tenants from a file (see the roster's columns in `docs/`).

    UTF-8 with or without a byte-order mark, RFC 4180, columns in any order. A bad row is rejected
    with its line, and the others are imported. A missing column or field keeps a known tenant's
    value and takes the default for a new one. Nobody is deleted, and no stop, pause, restriction or
    objection is lifted. Even a dry run needs a writing session, for its temporary table.

    Raises:
        BadInput: the file is empty or its header is not a roster's; nothing was written.
    """
    repairs = Repairs()
    records = iter(Records(stream, repairs))
    header = _header(records)
    repairs.left_out["nameless column"] = len(header.nameless)
    rejected: list[Rejected] = []
    good = _good_rows(records, header, rejected, repairs)
    return import_rows(
        session, good, rejected, repairs, dry_run=dry_run, now=now, is_whole=is_whole
    )


def import_rows(
    session: Session,
    good: Iterator[tuple[int, Row]],
    rejected: list[Rejected],
    repairs: Repairs,
    *,
    dry_run: bool,
    now: datetime,
    is_whole: bool,
) -> ImportReport:
    """Import checked rows and their lines like `import_csv`; reading `good` fills `rejected`."""
    bulk.lock(session, "roster import")
    staging.prepare(session)
    while chunk := list(islice(good, CHUNK)):
        staging.stage(session, chunk)
    rejected += [(line, DOUBLED) for line in staging.drop_doubled(session)]
    created, updated, unchanged = staging.compare_with_roster(session)
    leavers = tuple(staging.leavers(session)) if is_whole and not rejected else ()
    if not dry_run:
        staging.write_changes(session, now=now, today=london_day(now))
    staging.clear_away(session)
    problems = tuple(Problem(f"line {line}", fault) for line, fault in sorted(rejected))
    return ImportReport(created, updated, unchanged, problems, repairs.sentence(), leavers)


def _header(records: Iterator[Record | Broken]) -> Columns:
    match next(records, None):
        case None:
            raise BadInput([Problem("", "The file is empty; it needs a header and rows.")])
        case Broken(line, message):
            raise BadInput([Problem(f"line {line}", message)])
        case Record(line, fields):
            return columns.read(fields, line=line)


def _good_rows(
    records: Iterable[Record | Broken],
    header: Columns,
    rejected: list[Rejected],
    repairs: Repairs,
) -> Iterator[tuple[int, Row]]:
    for record in records:
        if isinstance(record, Broken):
            rejected.append((record.line, record.message))
            continue
        try:
            yield record.line, rows.read(header.fitted(record.fields), header.positions)
        except ValueError as error:
            if columns.known_in(record.fields) >= set(header.positions):
                repairs.left_out["repeated header"] += 1
                continue
            rejected.append((record.line, str(error)))
