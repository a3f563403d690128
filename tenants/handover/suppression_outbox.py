"""Carry do-not-mail marks across, at least once each; carrying one twice changes nothing.

A mark is written in the transaction of the right it comes from and deleted only after the campaign
side has committed it. A lifting is checked against the roster as it stands when it is carried: of
two tenancies that share an address, one may have stopped while the other resumed.
"""

from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from campaigns import handover
from kit import bulk
from kit.clock import london_day
from kit.database import Database
from tenants.eligibility import is_mailable_address
from tenants.models import Mark, Tenant

BATCH = 1_000


def push(platform: Database, campaign: Database, *, now: datetime) -> int:
    """Carry every waiting mark across, and end the pauses that are over; returns how many marks.

    The marks are locked while they are carried, so that two callers cannot change their order.
    """
    with platform.writing() as session:
        _end_pauses(session, now=now)
    carried = 0
    while batch := _push_batch(platform, campaign, now=now):
        carried += batch
    return carried


def _push_batch(platform: Database, campaign: Database, *, now: datetime) -> int:
    with platform.writing() as session:
        waiting = select(Mark).order_by(Mark.id).limit(BATCH).with_for_update()
        marks = session.scalars(waiting).all()
        if marks:
            last = {mark.address: mark.do_not_mail for mark in marks}
            _apply(session, campaign, last, now=now)
            session.execute(delete(Mark).where(Mark.id.in_([mark.id for mark in marks])))
    return len(marks)


def _apply(session: Session, campaign: Database, last: dict[str, bool], *, now: datetime) -> None:
    lifted = _mailable(session, [address for address, held in last.items() if not held], now=now)
    with campaign.writing() as other_side:
        handover.do_not_mail(other_side, [a for a, held in last.items() if held], now=now)
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
