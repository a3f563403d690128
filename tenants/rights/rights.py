"""What a tenant may ask for. Each takes effect at once and leaves its evidence behind.

A stop, a pause, a restriction and an erasure write a do-not-mail mark in the same transaction; the
mark carries no reason. Getting the emails again writes its lifting, which is checked once more
against the whole roster when it is carried across (see `tenants.handover.suppression_outbox`).
"""

from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kit.clock import london_day
from kit.errors import NotFound
from links import ledger
from replies import erasure
from tenants.models import Consent, ConsentKind, DataSession, Letter, Mark, Tenant
from tenants.rights import evidence
from tenants.rights.evidence import BY_TENANT, PAUSE_MONTHS, RightsAction


def find(session: Session, ref: str) -> Tenant:
    """The tenant with this reference, locked until the transaction ends.

    Raises:
        NotFound: the roster has no such tenant.
    """
    tenant = session.scalar(select(Tenant).where(Tenant.tenant_ref == ref).with_for_update())
    if tenant is None:
        raise NotFound(f"There is no tenant “{ref[:64]}” on the roster; check the reference.")
    return tenant


def get(session: Session, tenant_id: int) -> Tenant | None:
    """The tenant a link belongs to, locked until the transaction ends; None once erased."""
    return session.scalar(select(Tenant).where(Tenant.id == tenant_id).with_for_update())


def stop(session: Session, tenant: Tenant, *, now: datetime, source: str = BY_TENANT) -> None:
    """No more monthly emails, until the tenant asks for them again. No import lifts it."""
    if not tenant.stopped:
        tenant.stopped, tenant.changed_at = True, now
        _record_consent(
            session, tenant, ConsentKind.MONTHLY_EMAIL, given=False, source=source, now=now
        )
        evidence.record(session, tenant, RightsAction.STOPPED, source=source, now=now)
    _mark(session, tenant, do_not_mail=True)


def pause(session: Session, tenant: Tenant, *, now: datetime, source: str = BY_TENANT) -> date:
    """No monthly emails for three months; returns the first day on which they may come again."""
    until = evidence.months_later(london_day(now), PAUSE_MONTHS)
    if tenant.paused_until != until:
        tenant.paused_until, tenant.changed_at = until, now
        evidence.record(session, tenant, RightsAction.PAUSED, source=source, now=now)
    _mark(session, tenant, do_not_mail=True)
    return until


def resume(session: Session, tenant: Tenant, *, now: datetime, source: str = BY_TENANT) -> None:
    """Undo a stop and a pause. A restriction stays, and so does a consent that was never given."""
    if tenant.stopped:
        _record_consent(
            session, tenant, ConsentKind.MONTHLY_EMAIL, given=True, source=source, now=now
        )
    if tenant.stopped or tenant.paused_until:
        tenant.stopped, tenant.paused_until, tenant.changed_at = False, None, now
        evidence.record(session, tenant, RightsAction.RESUMED, source=source, now=now)
    _mark(session, tenant, do_not_mail=False)


def undo(session: Session, tenant: Tenant, *, at: datetime, now: datetime) -> None:
    """Take back the stop, the pause or the objection that was made at exactly `at`, and no other.

    Nothing happens where that is not the tenant's latest choice, or where it had changed nothing.
    """
    match evidence.latest_choice(session, tenant.id, made_at=at):
        case RightsAction.STOPPED | RightsAction.PAUSED:
            resume(session, tenant, now=now)
        case RightsAction.OBJECTED:
            unobject(session, tenant, now=now)


def restrict(session: Session, tenant: Tenant, *, now: datetime, source: str = BY_TENANT) -> None:
    """Keep what is held and do nothing with it (UK GDPR, article 18)."""
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
    """Take an objection to statistics back."""
    if tenant.objected:
        tenant.objected, tenant.changed_at = False, now
        _record_consent(session, tenant, ConsentKind.PROFILING, given=True, source=source, now=now)
        evidence.record(session, tenant, RightsAction.UNOBJECTED, source=source, now=now)


def ask(session: Session, tenant: Tenant, *, now: datetime, source: str = BY_TENANT) -> date:
    """Ask for something that only a person can do; returns the last day for their answer."""
    for entry in evidence.of_tenant(session, tenant.id):
        if entry.due_on and not entry.answered_on:
            return entry.due_on
    evidence.record(session, tenant, RightsAction.ASKED, source=source, now=now)
    return evidence.answer_due(now)


def erase(session: Session, tenant: Tenant, *, now: datetime, source: str = BY_TENANT) -> None:
    """Forget a tenant: the row, the evidence, the replies and their key (UK GDPR, article 17).

    Their links open as before and lead to nobody. The address is marked do-not-mail even where
    another tenancy shares it: the frozen list of this month may hold the erased tenant's links.
    """
    ledger.forget_tenant(session, tenant.id)
    erasure.forget(session, tenant.id)
    _mark(session, tenant, do_not_mail=True)
    for table in (Consent, Letter, DataSession):
        session.execute(delete(table).where(table.tenant_id == tenant.id))
    evidence.forget(session, tenant, source=source, now=now)
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


def _mark(session: Session, tenant: Tenant, *, do_not_mail: bool) -> None:
    session.add(Mark(address=tenant.email, do_not_mail=do_not_mail))
    session.flush()
