"""Create or update one tenant, as importing that one row would (`tenants.roster.imports`)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kit.clock import london_day
from tenants.eligibility import is_eligible_address
from tenants.models import Consent, ConsentKind, Mark, Tenant
from tenants.roster import moves
from tenants.roster.rows import Row

LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Kept:
    """A tenant's values before the change."""

    email: str = ""
    housing_association: str = ""
    monthly_email: bool = False
    profiling: bool = False


def upsert(session: Session, row: Row, *, now: datetime, source: str) -> tuple[Tenant, bool]:
    """Create or update the tenant of a checked row; returns it, and whether it was created.

    No stop, pause, restriction or objection is lifted, and the same row again changes nothing.
    """
    known = find(session, row.tenant_ref)
    if known is None:
        created = _create(session, row, now=now, source=source)
        if created is not None:
            return created, True
        known = find(session, row.tenant_ref)
    if known is None:
        raise RuntimeError("a tenant was created and erased between two statements")
    _update(session, known, row, now=now, source=source)
    return known, False


def find(session: Session, ref: str) -> Tenant | None:
    """The tenant with this reference, locked until the transaction ends."""
    return session.scalar(select(Tenant).where(Tenant.tenant_ref == ref).with_for_update())


def _create(session: Session, row: Row, *, now: datetime, source: str) -> Tenant | None:
    """Create the tenant; None if another transaction just did."""
    tenant = Tenant(
        tenant_ref=row.tenant_ref,
        email=row.email,
        housing_association=row.housing_association,
        language=row.language or LANGUAGE,
        monthly_email=row.monthly_email,
        profiling=row.profiling is not False,
        changed_at=now,
    )
    try:
        with session.begin_nested():
            session.add(tenant)
    except IntegrityError:
        return None
    _record_consent(session, tenant, Kept(), now=now, source=source)
    return tenant


def _update(session: Session, tenant: Tenant, row: Row, *, now: datetime, source: str) -> None:
    before = Kept(tenant.email, tenant.housing_association, tenant.monthly_email, tenant.profiling)
    tenant.email, tenant.housing_association = row.email, row.housing_association
    tenant.monthly_email = row.monthly_email
    if row.language is not None:
        tenant.language = row.language
    if row.profiling is not None:
        tenant.profiling = row.profiling
    if not session.is_modified(tenant):
        return
    tenant.changed_at = now
    session.flush()
    _record_consent(session, tenant, before, now=now, source=source)
    _mark(session, tenant, before, now=now)
    if tenant.email != before.email:
        moves.leave_inbox(session, [tenant.id], today=london_day(now))
    if tenant.housing_association != before.housing_association:
        moves.leave_association(session, [tenant.id])


def _record_consent(
    session: Session, tenant: Tenant, before: Kept, *, now: datetime, source: str
) -> None:
    """Record evidence of each consent that is given or withdrawn."""
    session.flush()
    for kind in ConsentKind:
        given: bool = getattr(tenant, kind)
        if given != getattr(before, kind):
            session.add(
                Consent(tenant_id=tenant.id, kind=kind, given=given, source=source, recorded_at=now)
            )
    session.flush()


def _mark(session: Session, tenant: Tenant, before: Kept, *, now: datetime) -> None:
    """Suppress an address that is no longer mailed; ask to lift one that is added.

    That of a tenant who moved is marked in any case, for the mail that is on its way to it.
    """
    has_moved, agreed = tenant.email != before.email, tenant.monthly_email
    if has_moved or (
        before.monthly_email and not agreed and not _is_eligible(session, before, now)
    ):
        moved = tenant.id if has_moved else None
        session.add(
            Mark(address=before.email, do_not_mail=True, of_tenant=tenant.id, tenant_id=moved)
        )
    if agreed and (has_moved or not before.monthly_email):
        session.add(Mark(address=tenant.email, do_not_mail=False, of_tenant=tenant.id))
    session.flush()


def _is_eligible(session: Session, before: Kept, now: datetime) -> bool:
    """Whether a tenant who still has the address is mailed there."""
    still = select(is_eligible_address(Tenant.email, london_day(now)))
    return bool(session.scalar(still.where(Tenant.email == before.email).limit(1)))
