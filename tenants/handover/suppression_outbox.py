"""Push suppressions to the campaign side at least once each; repeating one changes nothing.

A suppression is written in the transaction of the right that causes it, and deleted only after the
campaign side has committed it. Before one is lifted, the roster is checked again: of two tenancies
that share an address, one may have stopped while the other resumed.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from campaigns import handover
from kit import bulk
from kit.clock import london_day
from kit.database import Database
from tenants.eligibility import is_mailable_address
from tenants.handover import address_changes
from tenants.models import Mark, Tenant

BATCH = 1_000


def push(
    platform: Database, campaign: Database, *, now: datetime, ends_handover: bool = False
) -> int:
    """Push every waiting suppression and end expired pauses; returns how many were pushed.

    They are locked meanwhile, so that two callers cannot change their order. During a hand-over,
    the suppression of a changed address waits, because the row of the old address may not have
    arrived yet; `ends_handover` says that all rows have.
    """
    with platform.writing() as session:
        _end_pauses(session, now=now)
    carried = 0
    while batch := _push_batch(platform, campaign, now=now, moved_too=ends_handover):
        carried += batch
    return carried


def _push_batch(platform: Database, campaign: Database, *, now: datetime, moved_too: bool) -> int:
    with platform.writing() as session:
        marks = _waiting(session)
        if not moved_too and any(mark.tenant_id is not None for mark in marks):
            with campaign.reading() as other_side:
                must_wait = handover.is_under_way(other_side)
            marks = _waiting(session, Mark.tenant_id.is_(None)) if must_wait else marks
        if marks:
            _apply(session, campaign, marks, now=now)
            session.execute(delete(Mark).where(Mark.id.in_([mark.id for mark in marks])))
    return len(marks)


def _waiting(session: Session, *which: ColumnElement[bool]) -> Sequence[Mark]:
    waiting = select(Mark).where(*which).order_by(Mark.id).limit(BATCH)
    return session.scalars(waiting.with_for_update()).all()


def _apply(session: Session, campaign: Database, marks: Sequence[Mark], *, now: datetime) -> None:
    last = {mark.address: mark for mark in marks}
    lifted = _mailable(session, [a for a, mark in last.items() if not mark.do_not_mail], now=now)
    taken = _mailable(session, [a for a, m in last.items() if m.tenant_id is not None], now=now)
    held = [a for a, mark in last.items() if mark.do_not_mail and a not in set(taken)]
    moves = address_changes.changes(session, marks, now=now)
    with campaign.writing() as other_side:
        handover.readdress(other_side, moves)
        handover.do_not_mail(other_side, held, now=now)
        handover.lift_do_not_mail(other_side, lifted)


def _mailable(session: Session, addresses: list[str], *, now: datetime) -> list[str]:
    found = select(Tenant.email).where(
        bulk.any_of(session, Tenant.email, addresses),
        is_mailable_address(Tenant.email, london_day(now)),
    )
    return sorted(set(session.scalars(found)))


def _end_pauses(session: Session, *, now: datetime) -> None:
    over = (
        update(Tenant)
        .where(Tenant.paused_until <= london_day(now))
        .values(paused_until=None)
        .returning(Tenant.email)
    )
    ended = session.scalars(over).all()
    if ended:
        session.execute(insert(Mark), [{"address": e, "do_not_mail": False} for e in ended])
