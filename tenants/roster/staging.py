"""A temporary table that holds an imported file beside the stored roster.

Rows are loaded as they are read, so that a file of any length takes the same memory. Then each
step (find doubled references, new tenants, changed consents) is one statement.
"""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from operator import attrgetter

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    and_,
    case,
    cast,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    not_,
    null,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.orm import Session

from kit import bulk
from kit.database import UtcDateTime
from tenants.eligibility import is_eligible_address
from tenants.models import Address, Consent, ConsentKind, Mark, Tenant
from tenants.roster import moves
from tenants.roster.rows import Row

LANGUAGE = "en"
BY_ROSTER = "roster"

staged = Table(
    "roster_import",
    MetaData(),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("tenant_ref", String, nullable=False),
    Column("email", Address, nullable=False),
    Column("housing_association", String, nullable=False),
    Column("language", String),
    Column("monthly_email", Boolean, nullable=False),
    Column("profiling", Boolean),
    Column("tenant_id", BigInteger),
    Column("changed", Boolean),
    Column("old_email", Address),
    Column("old_housing_association", String(200)),
    Column("old_monthly_email", Boolean),
    Column("old_profiling", Boolean),
    prefixes=["TEMPORARY"],
)
by_ref = Index("ix_roster_import_tenant_ref", staged.c.tenant_ref, staged.c.line)

ROW_FIELDS = tuple(field.name for field in fields(Row))
KEPT = ("email", "housing_association", "language", "monthly_email", "profiling")

known = staged.c.tenant_id.is_not(None)
moved = staged.c.old_email != staged.c.email


def prepare(session: Session) -> None:
    """Create the temporary table; `clear_away` or a rollback drops it."""
    staged.metadata.create_all(session.connection(), checkfirst=False)


def clear_away(session: Session) -> None:
    staged.drop(session.connection())


def stage(session: Session, rows: Sequence[tuple[int, Row]]) -> None:
    """Load rows with their lines."""
    values = attrgetter(*ROW_FIELDS)
    bulk.insert_many(
        session, staged, ("line", *ROW_FIELDS), ((line, *values(row)) for line, row in rows)
    )


def drop_doubled(session: Session) -> list[int]:
    """Drop all but the first row of each reference; returns the dropped lines."""
    session.execute(text("ANALYZE roster_import"))
    earlier = staged.alias()
    doubled = exists().where(
        earlier.c.tenant_ref == staged.c.tenant_ref, earlier.c.line < staged.c.line
    )
    lines = session.scalars(select(staged.c.line).where(doubled).order_by(staged.c.line)).all()
    if lines:
        session.execute(delete(staged).where(doubled))
    return list(lines)


def compare_with_roster(session: Session) -> tuple[int, int, int]:
    """Join each row with the stored tenant; returns how many are new, changed and the same."""
    session.execute(
        update(staged)
        .where(staged.c.tenant_ref == Tenant.tenant_ref)
        .values(
            tenant_id=Tenant.id,
            language=func.coalesce(staged.c.language, Tenant.language),
            profiling=func.coalesce(staged.c.profiling, Tenant.profiling),
            old_email=Tenant.email,
            old_housing_association=Tenant.housing_association,
            old_monthly_email=Tenant.monthly_email,
            old_profiling=Tenant.profiling,
            changed=_differs(),
        )
    )
    new, changed, same = session.execute(
        select(
            func.count().filter(not_(known)),
            func.count().filter(staged.c.changed),
            func.count().filter(not_(staged.c.changed)),
        ).select_from(staged)
    ).one()
    return new, changed, same


def leavers(session: Session) -> list[str]:
    """Return the references on the roster that no row has, in order."""
    named = exists().where(staged.c.tenant_ref == Tenant.tenant_ref)
    refs = select(Tenant.tenant_ref).where(not_(named)).order_by(Tenant.tenant_ref)
    return list(session.scalars(refs))


def write_changes(session: Session, *, now: datetime, today: date) -> None:
    """Write new and changed tenants to the roster, with evidence and suppressions."""
    _insert_new(session, now=now)
    _update_changed(session, now=now)
    for kind in ConsentKind:
        _record_consent(session, kind, now=now)
    _mark(session, today=today)
    moves.leave_inbox(session, _ids(session, moved), today=today)
    has_left = staged.c.old_housing_association != staged.c.housing_association
    moves.leave_association(session, _ids(session, has_left))


def _ids(session: Session, which: ColumnElement[bool]) -> Sequence[int]:
    """Return the known tenants of some rows."""
    return session.scalars(select(staged.c.tenant_id).where(known, which)).all()


def _differs() -> ColumnElement[bool]:
    return or_(
        Tenant.email != staged.c.email,
        Tenant.housing_association != staged.c.housing_association,
        Tenant.language != func.coalesce(staged.c.language, Tenant.language),
        Tenant.monthly_email != staged.c.monthly_email,
        Tenant.profiling != func.coalesce(staged.c.profiling, Tenant.profiling),
    )


def _insert_new(session: Session, *, now: datetime) -> None:
    values = {
        "tenant_ref": staged.c.tenant_ref,
        "email": staged.c.email,
        "housing_association": staged.c.housing_association,
        "language": func.coalesce(staged.c.language, LANGUAGE),
        "monthly_email": staged.c.monthly_email,
        "profiling": func.coalesce(staged.c.profiling, true()),
        "changed_at": literal(now, UtcDateTime),
    }
    new = select(*values.values()).where(not_(known)).order_by(staged.c.line)
    session.execute(insert(Tenant).from_select(list(values), new, include_defaults=False))


def _update_changed(session: Session, *, now: datetime) -> None:
    """Update the columns of a file; stops, pauses, restrictions and objections stay."""
    session.execute(
        update(Tenant)
        .where(Tenant.id == staged.c.tenant_id, staged.c.changed)
        .values({name: staged.c[name] for name in KEPT} | {"changed_at": now})
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def _record_consent(session: Session, kind: ConsentKind, *, now: datetime) -> None:
    """Record evidence of each consent that a file gives or withdraws."""
    given = func.coalesce(staged.c[kind], true())
    before = func.coalesce(staged.c[f"old_{kind}"], false())
    values = {
        "tenant_id": Tenant.id,
        "kind": literal(kind.value),
        "given": given,
        "source": literal(BY_ROSTER),
        "recorded_at": literal(now, UtcDateTime),
    }
    turned = (
        select(*values.values())
        .join_from(staged, Tenant, Tenant.tenant_ref == staged.c.tenant_ref)
        .where(given != before)
        .order_by(staged.c.line)
    )
    session.execute(insert(Consent).from_select(list(values), turned))


def _mark(session: Session, *, today: date) -> None:
    """Suppress addresses that a file removes from the list, and ask to lift those it restores.

    That of a tenant who moved is marked in any case, for the mail that is on its way to it.
    A new tenant lifts nothing: a file that still contains somebody who was erased since must not
    restart the emails.
    """
    agreed = staged.c.monthly_email
    is_eligible = is_eligible_address(staged.c.old_email, today)
    left = or_(moved, and_(staged.c.old_monthly_email, not_(agreed), not_(is_eligible)))
    joined = and_(agreed, or_(moved, not_(staged.c.old_monthly_email)))
    whose = case((moved, staged.c.tenant_id))
    gone = select(staged.c.old_email, true(), staged.c.tenant_id, whose).where(known, left)
    nobody = cast(null(), BigInteger)
    back = select(staged.c.email, false(), staged.c.tenant_id, nobody).where(known, joined)
    columns = ["address", "do_not_mail", "of_tenant", "tenant_id"]
    for marks in (gone, back):
        session.execute(insert(Mark).from_select(columns, marks.distinct()))
