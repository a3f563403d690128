"""What the platform and retention do to a campaign's mails: a new address, a list begun afresh,
an address that is erased, addresses that are kept no longer."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, String, cast, delete, exists, literal, or_, select
from sqlalchemy.orm import Session

from campaigns.models import Campaign
from campaigns.models.deliveries import ERASED_ADDRESS
from campaigns.models.months import OVER
from campaigns.sending.statements import applies, change, change_rows, deliveries, execute
from campaigns.sending.terms import Trigger
from campaigns.sending.transitions import of
from kit.bulk import any_of, changed


class MailPlace(NamedTuple):
    """Where a mail goes, and the two links that it carries there."""

    address: str
    reply_link: str
    stop_link: str


def readdress(session: Session, campaign_id: int, *, old: str, new: MailPlace, link: str) -> None:
    """Give a mail that was never claimed another place, unless its address is on the list already.

    If what is there is the same tenant's, and the list is not complete yet, the old one is dropped.
    `link` is a part of the reply link that no other tenant's mail has.
    """
    listed = deliveries.alias()
    at_new = exists().where(
        listed.c.campaign_id == campaign_id,
        listed.c.address == new.address,
        listed.c.address != old,
    )
    theirs_too = or_(
        listed.c.reply_link == new.reply_link, listed.c.reply_link.contains(link, autoescape=True)
    )
    is_twice = at_new.where(theirs_too)
    is_on_its_way = exists().where(Campaign.id == campaign_id, Campaign.frozen_at.is_(None))
    theirs = (
        deliveries.c.campaign_id == campaign_id,
        deliveries.c.address == old,
        deliveries.c.reply_link.contains(link, autoescape=True),
    )
    execute(session, change(Trigger.READDRESSED).where(*theirs, ~at_new), **new._asdict())
    is_unclaimed = applies(of(Trigger.READDRESSED))
    changed(session, delete(deliveries).where(*theirs, is_unclaimed, is_twice, is_on_its_way))


def discard(session: Session, campaign_id: int) -> int:
    """Drop what an earlier hand-over left of a list that is handed over anew."""
    of_list = deliveries.c.campaign_id == campaign_id
    listed = applies(of(Trigger.DISCARDED))
    return changed(session, delete(deliveries).where(of_list, listed))


def erase_from_lists(session: Session, address: str, *, now: datetime) -> bool:
    """Erase an address from the mails of all campaigns; returns whether none has it any more.

    A list that is not complete loses the mail. One that a worker has in its hands keeps it.
    """
    theirs = (
        deliveries.c.campaign_id.in_(select(Campaign.id)),
        deliveries.c.address == address,
    )
    found = select(deliveries.c.id).where(*theirs).order_by(deliveries.c.id).with_for_update()
    ids = session.scalars(found).all()
    unfinished = select(Campaign.id).where(
        Campaign.frozen_at.is_(None), Campaign.state.not_in(OVER)
    )
    dropped = delete(deliveries).where(
        any_of(session, deliveries.c.id, ids),
        deliveries.c.campaign_id.in_(unfinished),
        applies(of(Trigger.DISCARDED)),
    )
    changed(session, dropped)
    change_rows(session, Trigger.ERASED, ids, {"address": erased_address()}, now=now)
    return not session.scalar(select(exists().where(*theirs)))


def erased_address() -> ColumnElement[str]:
    """What stays of a row's address once it is erased."""
    before, after = ERASED_ADDRESS.split("{}")
    number = cast(deliveries.c.id, String)
    return literal(before, String).concat(number).concat(literal(after, String))


def purge(session: Session, campaign_id: int, *, limit: int) -> int:
    """Delete up to `limit` mails of a campaign that is long over; returns how many."""
    some = select(deliveries.c.id).where(deliveries.c.campaign_id == campaign_id).limit(limit)
    ids = session.scalars(some.order_by(deliveries.c.address)).all()
    return changed(session, delete(deliveries).where(any_of(session, deliveries.c.id, ids)))
