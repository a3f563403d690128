"""Push suppressions and erasures to the campaign side at least once each.

Repeating one changes nothing. It is written in the transaction of the right that causes it, and
deleted only after the campaign side has committed it. Before one is lifted, the roster is checked
again: of two tenancies that share an address, one may have stopped while the other resumed. The
roster alone says what becomes of an address that a tenant left.

Nothing is said of an address that the campaign side was not given: a suppression is pushed only if
the address is on the list of a month that still accepts replies, an erasure if it may be on any.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from campaigns import handover
from campaigns.handover import AddressChange
from kit import bulk
from kit.clock import london_day
from kit.database import Database
from links import ledger
from links.mail_links import LinkWriter
from links.models import Link
from tenants.eligibility import is_mailable_address
from tenants.handover import address_changes
from tenants.models import Mark, Tenant

BATCH = 1_000


def push(
    platform: Database,
    campaign: Database,
    *,
    links: LinkWriter,
    now: datetime,
    ends_handover: bool = False,
) -> int:
    """Push every waiting suppression and end expired pauses; returns how many were pushed.

    They are locked meanwhile, so that two callers cannot change their order. During a hand-over
    rows of the list are still to come: all marks are kept until it ends, and that of a changed
    address is not pushed before. `ends_handover` says that all rows are there, and `links` writes
    the links of mails that go to a new address.
    """
    with platform.writing() as session:
        _end_pauses(session, now=now)
    carried, after = 0, 0
    while batch := _push_batch(
        platform, campaign, after, links=links, now=now, is_final=ends_handover
    ):
        carried, after = carried + len(batch), batch[-1].id
    return carried


def _push_batch(
    platform: Database,
    campaign: Database,
    after: int,
    *,
    links: LinkWriter,
    now: datetime,
    is_final: bool,
) -> Sequence[Mark]:
    with platform.writing() as session:
        marks = _waiting(session, after)
        if not marks:
            return marks
        with campaign.reading() as other_side:
            is_on_its_way = not is_final and handover.is_under_way(other_side)
        due = [mark for mark in marks if mark.tenant_id is None or not is_on_its_way]
        moves = address_changes.changes(session, due, links=links, now=now)
        _apply(session, campaign, due, moves, now=now)
        if not is_on_its_way:
            session.execute(delete(Mark).where(Mark.id.in_([mark.id for mark in marks])))
    return marks


def _waiting(session: Session, after: int) -> Sequence[Mark]:
    waiting = select(Mark).where(Mark.id > after).order_by(Mark.id).limit(BATCH)
    return session.scalars(waiting.with_for_update()).all()


def _apply(
    session: Session,
    campaign: Database,
    marks: Sequence[Mark],
    moves: Sequence[AddressChange],
    *,
    now: datetime,
) -> None:
    given = _given_away(session, marks, now=now)
    last = {mark.address: mark for mark in marks if mark.address in given}
    asked = [a for a, m in last.items() if not m.do_not_mail or m.tenant_id is not None]
    lifted = _mailable(session, asked, now=now)
    held = [a for a, mark in last.items() if mark.do_not_mail and a not in set(lifted)]
    with campaign.writing() as other_side:
        handover.readdress(other_side, moves)
        handover.do_not_mail(other_side, held, now=now)
        handover.lift_do_not_mail(other_side, lifted)
        handover.erase_addresses(other_side, _erased(session, marks), now=now)


def _given_away(session: Session, marks: Sequence[Mark], *, now: datetime) -> set[str]:
    """Addresses that the campaign side was given for a month which is open, whoever's link it was.

    A mark of before `of_tenant` was noted counts as one.
    """
    today = london_day(now)
    whose = [mark.of_tenant for mark in marks if mark.of_tenant is not None]
    holders = ledger.monthly_holders(session, whose, today=today)
    shared = (
        select(Tenant.email)
        .join(Link, Link.tenant_id == Tenant.id)
        .where(
            bulk.any_of(session, Tenant.email, [mark.address for mark in marks]),
            Link.monthly,
            Link.expires_on >= today,
        )
    )
    theirs = {m.address for m in marks if m.of_tenant is None or m.of_tenant in holders}
    return theirs.union(session.scalars(shared))


def _erased(session: Session, marks: Sequence[Mark]) -> list[str]:
    """The addresses to erase: of tenants who may have been listed, or were while they were erased.

    A link that was issued meanwhile belongs to nobody, like the others.
    """
    erasures = [mark for mark in marks if mark.is_erasure]
    whose = [mark.of_tenant for mark in erasures if mark.of_tenant is not None]
    holders = ledger.monthly_holders(session, whose)
    for mark in erasures:
        if mark.of_tenant in holders:
            mark.was_listed = True
            ledger.forget_tenant(session, mark.of_tenant)
    return [mark.address for mark in erasures if mark.was_listed]


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
        .returning(Tenant.id, Tenant.email)
    )
    ended = session.execute(over).all()
    if ended:
        lifted = [{"address": e, "of_tenant": id_, "do_not_mail": False} for id_, e in ended]
        session.execute(insert(Mark), lifted)
