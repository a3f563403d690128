"""Change some fields of many tenants: one JSON object a tenant, with what is to change."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from kit import bulk
from tenants.models import Tenant
from tenants.roster import imports, json_lines, rows
from tenants.roster.imports import ImportReport, Rejected
from tenants.roster.json_lines import TenantPatch
from tenants.roster.repairs import Repairs
from tenants.roster.rows import BadRow, Row

Patch = tuple[int, TenantPatch]
"""A line's number and what it says."""

FIELDS = ("email", "housing_association", "language", "monthly_email", "profiling")
UNKNOWN = "tenant_ref is not on the roster; nobody is created by a change"


def patch_json_lines(
    session: Session, stream: BinaryIO, *, dry_run: bool, now: datetime
) -> ImportReport:
    """Change the fields that each line names of the tenant it names, as an import would.

    A line that is wrong, or names nobody, is rejected and costs no other.
    """
    repairs = Repairs()
    rejected: list[Rejected] = []
    given = json_lines.read(stream, TenantPatch, rejected, repairs)
    whole = _completed(session, given, rejected)
    return imports.import_rows(
        session, whole, rejected, repairs, dry_run=dry_run, now=now, is_whole=False
    )


def _completed(
    session: Session, given: Iterator[Patch], rejected: list[Rejected]
) -> Iterator[tuple[int, Row]]:
    """Each line as a whole row: what it leaves out is what is held."""
    while chunk := list(islice(given, imports.CHUNK)):
        held = _held(session, [patch.tenant_ref for _, patch in chunk])
        for line, patch in chunk:
            if patch.tenant_ref not in held:
                rejected.append((line, UNKNOWN))
                continue
            said = patch.model_dump(exclude_unset=True)
            try:
                yield line, rows.checked(Row(**{**held[patch.tenant_ref], **said}))
            except BadRow as error:
                rejected.append((line, str(error)))


def _held(session: Session, refs: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What is held of these tenants, who are locked until the transaction ends."""
    columns = (Tenant.tenant_ref, *(getattr(Tenant, name) for name in FIELDS))
    theirs = select(*columns).where(bulk.any_of(session, Tenant.tenant_ref, refs))
    found = session.execute(theirs.order_by(Tenant.id).with_for_update())
    return {row.tenant_ref: row._asdict() for row in found}
