"""Suppress, lift, erase and redirect addresses, and tell which are not reached any more."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, bindparam, case, delete, func, select
from sqlalchemy.orm import Session

from campaigns import erasure, suppression
from campaigns.models import Campaign, Suppression, SuppressionKind
from campaigns.models.months import LISTED_STATES
from campaigns.sending import mailing_list
from campaigns.sending.mailing_list import MailPlace
from kit import bulk

BOUNCED = (SuppressionKind.BOUNCE, SuppressionKind.COMPLAINT)


@dataclass(frozen=True, slots=True)
class AddressChange:
    """A tenant's address changed after the list was drawn.

    `link` is the id in the mail's reply link, as it is spelt there, and proves whose mail it is;
    `reply_link` and `stop_link` are URLs that take the place of the mail's own.
    """

    month: str
    old_address: str
    new_address: str
    link: str
    reply_link: str
    stop_link: str


@dataclass(frozen=True, slots=True)
class Unreached:
    """An address that is not mailed any more: it bounced for good, or its owner called it spam."""

    address: str
    is_complaint: bool
    since: datetime


def readdress(session: Session, changes: Iterable[AddressChange]) -> None:
    """Let mails that were not claimed yet go to their tenants' new addresses, with new links.

    Nothing changes where the mail was claimed, is not the tenant's, or the new address is on the
    list already; while the list is on its way, a tenant who is on it twice loses the old row.
    Which of these it is, the platform does not learn.
    """
    for change in changes:
        if bulk.is_postgresql(session):
            session.execute(select(func.readdress(*astuple(change))))
        else:
            _readdress(session, change)


def do_not_mail(session: Session, addresses: Sequence[str], *, now: datetime) -> None:
    """Suppress addresses, without a reason; from the next batch on they are not claimed.

    Only what is on a list that may still be sent: of any other address nothing is stored here.
    """
    if bulk.is_postgresql(session):
        session.execute(select(func.suppress_listed(_array(addresses), now)))
    else:
        suppression.mark_listed(session, addresses, now=now)


def erase_addresses(session: Session, addresses: Sequence[str], *, now: datetime) -> None:
    """Have addresses erased from every table, and not mailed from the next batch on.

    The next tick of this side does it. Of an address that is not here nothing is stored.
    """
    do_not_mail(session, addresses, now=now)
    if bulk.is_postgresql(session):
        session.execute(select(func.erase_known(_array(addresses))))
    else:
        erasure.request(session, addresses)


def lift_do_not_mail(session: Session, addresses: Sequence[str]) -> None:
    """Lift the platform's own suppressions; those for a bounce or complaint or by staff stay."""
    marked = (
        bulk.any_of(session, Suppression.address, addresses),
        Suppression.kind == SuppressionKind.DO_NOT_MAIL,
    )
    bulk.changed(session, delete(Suppression).where(*marked))


def unreached(session: Session, since: datetime) -> list[Unreached]:
    """Addresses that bounced for good or complained since a moment, in order.

    Whoever complained after a bounce, or bounced after a complaint, is told once.
    """
    complained = func.max(case((Suppression.kind == SuppressionKind.COMPLAINT, 1), else_=0))
    found = (
        select(Suppression.address, complained, func.max(Suppression.added_at))
        .where(Suppression.kind.in_(BOUNCED), Suppression.added_at >= since)
        .group_by(Suppression.address)
        .order_by(Suppression.address)
    )
    return [
        Unreached(address, is_complaint=bool(is_complaint), since=at)
        for address, is_complaint, at in session.execute(found)
    ]


def _readdress(session: Session, change: AddressChange) -> None:
    """What the function `readdress` does on PostgreSQL (migration 0020)."""
    open_month = Campaign.month == change.month, Campaign.state.in_(LISTED_STATES)
    campaign_id = session.scalar(select(Campaign.id).where(*open_month))
    if campaign_id is not None:
        mailing_list.readdress(
            session,
            campaign_id,
            old=change.old_address,
            new=MailPlace(change.new_address, change.reply_link, change.stop_link),
            link=f"/r/{change.link}.",
        )


def _array(addresses: Sequence[str]) -> ColumnElement[Any]:
    return bindparam(None, list(addresses), ARRAY(Text))
