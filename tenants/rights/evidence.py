"""The evidence that a right was exercised, and the feed that the platform's developers follow."""

from calendar import monthrange
from collections.abc import Collection, Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from kit import bulk
from kit.clock import london_day
from tenants.models import RightsEntry, Tenant
from tenants.rights import references

BY_TENANT = "tenant"
PAUSE_MONTHS = 3


class RightsAction(StrEnum):
    """What was done; none of these reveals an answer."""

    SEEN = "seen"
    TAKEN_AWAY = "taken-away"
    STOPPED = "stopped"
    PAUSED = "paused"
    RESUMED = "resumed"
    RESTRICTED = "restricted"
    UNRESTRICTED = "unrestricted"
    OBJECTED = "objected"
    UNOBJECTED = "unobjected"
    CORRECTED = "reply-corrected"
    REPLY_DELETED = "reply-deleted"
    REPLIES_DELETED = "replies-deleted"
    SHOWN = "reply-shown"
    TAKEN_BACK = "reply-taken-back"
    OPENED = "reply-opened"
    ASKED = "asked-a-person"
    BOUNCED = "email-bounced"
    COMPLAINED = "marked-as-spam"
    REACHED_AGAIN = "email-works-again"
    ERASED = "erased"


ABOUT_EMAILS = frozenset({RightsAction.STOPPED, RightsAction.PAUSED, RightsAction.RESUMED})
UNREACHED = frozenset({RightsAction.BOUNCED, RightsAction.COMPLAINED})
ABOUT_TOTALS = frozenset({RightsAction.OBJECTED, RightsAction.UNOBJECTED})


def record(
    session: Session,
    tenant: Tenant,
    action: RightsAction,
    *,
    source: str = BY_TENANT,
    now: datetime,
) -> RightsEntry:
    """Record an action, in the transaction that does it.

    One transaction writes at a time, so that rows become visible in the order of their numbers and
    a reader of the feed misses none.
    """
    session.flush()
    bulk.lock(session, "rights log")
    entry = RightsEntry(
        tenant_id=tenant.id,
        tenant_ref=tenant.tenant_ref,
        action=action,
        source=source,
        done_at=now,
        due_on=answer_due(now) if action is RightsAction.ASKED else None,
    )
    session.add(entry)
    session.flush()
    return entry


def of_tenant(session: Session, tenant_id: int) -> list[RightsEntry]:
    """Return what was done for a tenant, oldest first."""
    theirs = select(RightsEntry).where(RightsEntry.tenant_id == tenant_id)
    return list(session.scalars(theirs.order_by(RightsEntry.id)))


def latest(session: Session, actions: Collection[RightsAction]) -> datetime | None:
    """The moment of the latest of these actions, whoever's it is."""
    return session.scalar(
        select(func.max(RightsEntry.done_at)).where(RightsEntry.action.in_(actions))
    )


def is_recorded(session: Session, tenant: Tenant, action: RightsAction, *, at: datetime) -> bool:
    """Whether this was recorded of a tenant with exactly this moment."""
    return any(
        (entry.action, entry.done_at) == (action, at) for entry in of_tenant(session, tenant.id)
    )


def unreached_tenants(session: Session) -> list[int]:
    """The tenants whom the email stopped reaching, and not reached again since, by their ids."""
    about = RightsEntry.action.in_(UNREACHED | {RightsAction.REACHED_AGAIN})
    newest = select(func.max(RightsEntry.id)).where(about, RightsEntry.tenant_id.is_not(None))
    latest = newest.group_by(RightsEntry.tenant_id).scalar_subquery()
    theirs = select(RightsEntry.tenant_id).where(
        RightsEntry.id.in_(latest), RightsEntry.action.in_(UNREACHED)
    )
    return [id_ for id_ in session.scalars(theirs.order_by(RightsEntry.id)) if id_ is not None]


def latest_choice(session: Session, tenant_id: int, *, made_at: datetime) -> RightsAction | None:
    """Return a tenant's latest choice about emails and statistics, if made at exactly `made_at`.

    Also None if a stop or a pause was made while another was in force: undoing the later one would
    lift the earlier one as well.
    """
    entries = of_tenant(session, tenant_id)
    choices = [entry for entry in entries if entry.action in ABOUT_EMAILS | ABOUT_TOTALS]
    if not choices or choices[-1].done_at != made_at:
        return None
    latest = choices.pop()
    earlier = [entry for entry in choices if entry.action in ABOUT_EMAILS]
    if latest.action in ABOUT_EMAILS and earlier and _is_in_force(earlier[-1], made_at):
        return None
    return RightsAction(latest.action)


def _is_in_force(entry: RightsEntry, now: datetime) -> bool:
    """Whether a stop or a pause is still in force at `now`; a pause ends by itself."""
    if entry.action == RightsAction.PAUSED:
        return months_later(london_day(entry.done_at), PAUSE_MONTHS) > london_day(now)
    return entry.action == RightsAction.STOPPED


def entries_after(session: Session, cursor: int, *, limit: int) -> Sequence[RightsEntry]:
    """Return the entries after a number, in order, that name a tenant and change something."""
    later = select(RightsEntry).where(
        RightsEntry.id > cursor,
        or_(RightsEntry.tenant_ref.is_not(None), RightsEntry.sealed_ref.is_not(None)),
        RightsEntry.action.not_in((RightsAction.SEEN, RightsAction.TAKEN_AWAY)),
    )
    return session.scalars(later.order_by(RightsEntry.id).limit(limit)).all()


def told(entry: RightsEntry, keys: Sequence[bytes]) -> dict[str, str]:
    """An entry as the platform is told it, in JSON's types. `keys` open a sealed reference."""
    return {
        "tenant_ref": reference_of(entry, keys) or "",
        "action": entry.action,
        "source": entry.source,
        "done_at": entry.done_at.isoformat().replace("+00:00", "Z"),
    }


def reduce_to_erasure(session: Session, tenant: Tenant, *, source: str, now: datetime) -> None:
    """Reduce an erased tenant's evidence to one row, which the feed of changes publishes."""
    session.execute(delete(RightsEntry).where(RightsEntry.tenant_id == tenant.id))
    record(session, tenant, RightsAction.ERASED, source=source, now=now).tenant_id = None
    session.flush()


def reference_of(entry: RightsEntry, keys: Sequence[bytes]) -> str | None:
    """The reference that an entry names, sealed or not."""
    if entry.tenant_ref is None and entry.sealed_ref is not None:
        return references.reveal(keys, entry.sealed_ref)
    return entry.tenant_ref


def seal_erased(session: Session, keys: Sequence[bytes]) -> int:
    """Leave the references of erased tenants in the log only sealed; returns how many were."""
    clear = (RightsEntry.action == RightsAction.ERASED, RightsEntry.tenant_ref.is_not(None))
    entries = session.scalars(select(RightsEntry).where(*clear)).all()
    for entry in entries:
        entry.sealed_ref = references.conceal(keys, entry.tenant_ref or "")
        entry.tenant_ref = None
    session.flush()
    return len(entries)


def unname_erased(session: Session, *, before: datetime) -> int:
    """Remove the reference from erasures before a time; the evidence itself stays."""
    old = (RightsEntry.action == RightsAction.ERASED, RightsEntry.done_at < before)
    named = or_(RightsEntry.tenant_ref.is_not(None), RightsEntry.sealed_ref.is_not(None))
    unnamed = update(RightsEntry).where(*old, named).values(tenant_ref=None, sealed_ref=None)
    return bulk.changed(session, unnamed)


def open_requests(session: Session) -> list[RightsEntry]:
    """Return requests to a person that are not answered yet, the most urgent first."""
    asked = (RightsEntry.action == RightsAction.ASKED, RightsEntry.answered_on.is_(None))
    return list(session.scalars(select(RightsEntry).where(*asked).order_by(RightsEntry.due_on)))


def answered(session: Session, tenant: Tenant, *, now: datetime) -> int:
    """Record that a person answered all of a tenant's requests; returns how many."""
    theirs = (RightsEntry.tenant_id == tenant.id, RightsEntry.action == RightsAction.ASKED)
    still_open = update(RightsEntry).where(*theirs, RightsEntry.answered_on.is_(None))
    return bulk.changed(session, still_open.values(answered_on=london_day(now)))


def answer_due(now: datetime) -> date:
    """Return the last day for an answer, in a month (UK GDPR, article 12(3); ICO's guidance)."""
    return months_later(london_day(now), 1)


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
