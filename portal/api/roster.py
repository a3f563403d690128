"""Bring many tenants in step with one request: CSV or a JSON object a line, streamed."""

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO, cast

from flask import Response, jsonify, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import Conflict, PreconditionFailed, UnsupportedMediaType

from kit import bulk
from kit.errors import BadInput, Problem
from portal.api import problems
from portal.api.shapes import PatchQuery, RosterOut, RosterQuery
from portal.context import portal
from tenants.models import Tenant
from tenants.rights import rights
from tenants.roster import imports, json_lines, patches
from tenants.roster.imports import ImportReport

BODY_MAX = 64 * 1024 * 1024
"""Bytes of a roster, unpacked: half a million tenants."""
ERRORS_SHOWN = 1_000
KEPT = "Some lines were rejected; the others were kept. Send those lines again once they are right."
WOULD_KEEP = "Some lines would be rejected; nothing was changed."

CSV, JSON_LINES = "text/csv", "application/x-ndjson"
Importer = Callable[..., ImportReport]
IMPORTERS: dict[str, Importer] = {
    CSV: imports.import_csv,
    JSON_LINES: json_lines.import_json_lines,
}
PATCHERS: dict[str, Importer] = {JSON_LINES: patches.patch_json_lines}


def put(asked: RosterQuery, *, source: str) -> Response:
    """Import the body in one transaction and report what it did.

    Raises:
        UnsupportedMediaType: the body is neither CSV nor JSON lines.
        BadInput: the body is not a roster; nothing was changed.
        PreconditionFailed: the roster's version is not the one in `If-Match`.
        Conflict: the number of leavers is not the one in `erase_leavers`.
    """
    with _held(IMPORTERS) as (session, importer):
        is_whole = asked.whole or asked.erase_leavers is not None
        report = _read(importer, session, dry_run=asked.dry_run, is_whole=is_whole)
        if asked.erase_leavers is not None:
            _erase(session, report, asked, source=source)
        return _answer(report, dry_run=asked.dry_run, version=_version(session))


def patch(asked: PatchQuery) -> Response:
    """Change the fields that each line of the body names, in one transaction.

    Raises:
        UnsupportedMediaType: the body is not a JSON object a line.
        PreconditionFailed: the roster is not as `If-Match` says.
    """
    with _held(PATCHERS) as (session, patcher):
        report = _read(patcher, session, dry_run=asked.dry_run)
        return _answer(report, dry_run=asked.dry_run, version=_version(session))


@contextmanager
def _held(takes: Mapping[str, Importer]) -> Iterator[tuple[Session, Importer]]:
    """A transaction that has the roster to itself, and what reads a body of this type."""
    importer = takes.get(request.mimetype)
    if importer is None:
        raise UnsupportedMediaType
    request.max_content_length = BODY_MAX
    with portal().platform.writing() as session:
        bulk.lock(session, "roster import")
        if request.if_match and not request.if_match.contains(_version(session)):
            raise PreconditionFailed
        yield session, importer


def _read(importer: Importer, session: Session, **options: bool) -> ImportReport:
    try:
        return importer(session, _body(), now=portal().clock(), **options)
    except (OSError, EOFError, zlib.error):
        raise BadInput([Problem("", "The body is not gzip, or it was cut off.")]) from None


def _body() -> BinaryIO:
    if request.content_encoding == "gzip":
        return cast(BinaryIO, gzip.GzipFile(fileobj=request.stream))
    return cast(BinaryIO, request.stream)


def _erase(session: Session, report: ImportReport, asked: RosterQuery, *, source: str) -> None:
    """Erase the leavers if there are as many as the caller expects: the file may be truncated."""
    if report.rejected or len(report.leavers) != asked.erase_leavers:
        raise Conflict
    if not asked.dry_run:
        for ref in report.leavers:
            found = rights.find(session, ref)
            rights.erase(session, found, now=portal().clock(), source=source)


def _answer(report: ImportReport, *, dry_run: bool, version: str) -> Response:
    counts = RosterOut(
        created=report.created,
        updated=report.updated,
        unchanged=report.unchanged,
        rejected=len(report.rejected),
        repaired=report.repaired,
        leavers=list(report.leavers),
        dry_run=dry_run,
    ).model_dump(mode="json")
    answer = jsonify(counts)
    if report.rejected:
        shown = report.rejected[:ERRORS_SHOWN]
        answer = problems.problem(422, WOULD_KEEP if dry_run else KEPT, shown, **counts)
    answer.set_etag(version)
    return answer


def _version(session: Session) -> str:
    """Return the roster's version, which changes when a tenant joins, changes or leaves."""
    found = session.execute(
        select(func.count(), func.max(Tenant.id), func.max(Tenant.changed_at))
    ).one()
    return hashlib.sha256(repr(tuple(found)).encode()).hexdigest()[:32]
