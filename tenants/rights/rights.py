"""Tenants' rights. Each takes effect at once and records evidence.

A stop, a pause, a restriction and an erasure write a suppression, without a reason, in the same
transaction. Resuming writes its lifting, which is checked against the whole roster again when it is
pushed (see `tenants.handover.suppression_outbox`).
"""

from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kit.clock import london_day
from kit.errors import NotFound
from links import ledger
from replies import erasure
from replies.form import rounds
from tenants.models import Consent, ConsentKind, DataSession, Letter, Mark, Tenant
from tenants.rights import evidence
from tenants.rights.evidence import BY_TENANT, PAUSE_MONTHS, RightsAction


def find(session: Session, ref: str) -> Tenant:
    """Return the tenant with this reference, locked until the transaction ends.

    Raises:
        NotFound: the roster has no such tenant.
    """
    tenant = session.scalar(select(Tenant).where(Tenant.tenant_ref == ref).with_for_update())
    if tenant is None:
        raise NotFound(f"There is no tenant “{ref[:64]}” on the roster; check the reference.")
    return tenant


def by_id(session: Session, tenant_id: int) -> Tenant | None:
    """Return the tenant with this id, locked until the transaction ends; None if erased."""
    return session.scalar(select(Tenant).where(Tenant.id == tenant_id).with_for_update())


def stop(session: Session, tenant: Tenant, *, now: datetime, source: str = BY_TENANT) -> None:
    """Stop the monthly emails until the tenant asks for them again. No import lifts it."""
    if not tenant.stopped:
        tenant.stopped, tenant.changed_at = True, now
        _record_consent(
            session, tenant, ConsentKind.MONTHLY_EMAIL, given=False, source=source, now=now
        )
        evidence.record(session, tenant, RightsAction.STOPPED, source=source, now=now)
    _mark(session, tenant, do_not_mail=True)


def pause(session: Session, tenant: Tenant, *, now: datetime, source: str = BY_TENANT) -> date:
    """Pause the emails for three months; returns the first day on which they may be sent again."""
    until = evidence.months_later(london_day(now), PAUSE_MONTHS)
    if tenant.paused_until != until:
        tenant.paused_until, tenant.changed_at = until, now
        evidence.record(session, tenant, RightsAction.PAUSED, source=source, now=now)
    _mark(session, tenant, do_not_mail=True)
    return until


def resume(session: Session, tenant: Tenant, *, now: datetime, source: str = BY_TENANT) -> None:
    """Undo a stop and a pause. This neither lifts a restriction nor gives a consent."""
    if tenant.stopped:
        _record_consent(
            session, tenant, ConsentKind.MONTHLY_EMAIL, given=True, source=source, now=now
        )
    if tenant.stopped or tenant.paused_until:
        tenant.stopped, tenant.paused_until, tenant.changed_at = False, None, now
        evidence.record(session, tenant, RightsAction.RESUMED, source=source, now=now)
    _mark(session, tenant, do_not_mail=False)


def undo(session: Session, tenant: Tenant, *, at: datetime, now: datetime) -> None:
    """Undo the stop, pause or objection that was made at exactly `at`, and no other.

    Does nothing if that is not the tenant's latest choice, or if it had changed nothing.
    """
    match evidence.latest_choice(session, tenant.id, made_at=at):
        case RightsAction.STOPPED | RightsAction.PAUSED:
            resume(session, tenant, now=now)
        case RightsAction.OBJECTED:
            unobject(session, tenant, now=now)


def restrict(session: Session, tenant: Tenant, *, now: datetime, source: str = BY_TENANT) -> None:
    """Restrict processing: keep the tenant's data and do nothing with it (UK GDPR, article 18)."""
    if not tenant.restricted:
        tenant.restricted, tenant.changed_at = True, now
        evidence.record(session, tenant, RightsAction.RESTRICTED, source=source, now=now)
    _mark(session, tenant, do_not_mail=True)


def unrestrict(session: Session, tenant: Tenant, *, now: datetime, source: str = BY_TENANT) -> None:
    """Lift a restriction. A stop stays."""
    if tenant.restricted:
        tenant.restricted, tenant.changed_at = False, now
        evidence.record(session, tenant, RightsAction.UNRESTRICTED, source=source, now=now)
    _mark(session, tenant, do_not_mail=False)


def object_(session: Session, tenant: Tenant, *, now: datetime, source: str = BY_TENANT) -> None:
    """Leave this tenant out of statistics (UK GDPR, article 21). The emails go on."""
    if not tenant.objected:
        tenant.objected, tenant.changed_at = True, now
        _record_consent(session, tenant, ConsentKind.PROFILING, given=False, source=source, now=now)
        evidence.record(session, tenant, RightsAction.OBJECTED, source=source, now=now)


def unobject(session: Session, tenant: Tenant, *, now: datetime, source: str = BY_TENANT) -> None:
    """Withdraw an objection to statistics."""
    if tenant.objected:
        tenant.objected, tenant.changed_at = False, now
        _record_consent(session, tenant, ConsentKind.PROFILING, given=True, source=source, now=now)
        evidence.record(session, tenant, RightsAction.UNOBJECTED, source=source, now=now)


def ask_a_person(
    session: Session, tenant: Tenant, *, now: datetime, source: str = BY_TENANT
) -> date:
    """Ask for something that only a person can do; returns the last day for an answer."""
    for entry in evidence.of_tenant(session, tenant.id):
        if entry.due_on and not entry.answered_on:
            return entry.due_on
    evidence.record(session, tenant, RightsAction.ASKED, source=source, now=now)
    return evidence.answer_due(now)


def erase(session: Session, tenant: Tenant, *, now: datetime, source: str = BY_TENANT) -> None:
    """Erase a tenant: the row, the evidence, the replies and their key (UK GDPR, article 17).

    Their links still open but belong to nobody. The address is suppressed even if another tenancy
    shares it, because this month's frozen list may hold the erased tenant's links, and the campaign
    side erases it.
    """
    was_listed = _may_be_listed(session, tenant)
    ledger.forget_tenant(session, tenant.id)
    erasure.delete_all(session, tenant.id)
    _mark(session, tenant, do_not_mail=True, is_erasure=True, was_listed=was_listed)
    for table in (Consent, Letter, DataSession):
        session.execute(delete(table).where(table.tenant_id == tenant.id))
    evidence.reduce_to_erasure(session, tenant, source=source, now=now)
    session.delete(tenant)
    session.flush()


def _record_consent(
    session: Session,
    tenant: Tenant,
    kind: ConsentKind,
    *,
    given: bool,
    source: str,
    now: datetime,
) -> None:
    session.add(
        Consent(tenant_id=tenant.id, kind=kind, given=given, source=source, recorded_at=now)
    )


def _may_be_listed(session: Session, tenant: Tenant) -> bool:
    """Whether the campaign side may have the address: there is a link of a month, or the tenant
    agreed to the emails before the latest month was opened."""
    theirs = Consent.tenant_id == tenant.id, Consent.kind == ConsentKind.MONTHLY_EMAIL
    agreed = select(func.min(Consent.recorded_at)).where(*theirs, Consent.given)
    first, opened_on = session.scalar(agreed), rounds.latest_opening(session)
    is_older = first is not None and opened_on is not None and london_day(first) <= opened_on
    return is_older or bool(ledger.monthly_holders(session, [tenant.id]))


def _mark(session: Session, tenant: Tenant, *, do_not_mail: bool, **of_erasure: bool) -> None:
    session.add(
        Mark(address=tenant.email, of_tenant=tenant.id, do_not_mail=do_not_mail, **of_erasure)
    )
    session.flush()
