"""The only interface through which the platform writes to the campaign side.

The platform pushes five things: a month's mailing list (an address and its two links), suppressions
without a reason, addresses to erase, the catalogue of questions, and released figures. This side
never calls back, and returns nothing secret.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Table,
    Text,
    Update,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session, load_only

from campaigns import audit, erasure, suppression
from campaigns.models import (
    Campaign,
    CampaignState,
    Delivery,
    Message,
    PublishedRelease,
    Question,
    ReleaseState,
    Suppression,
    SuppressionKind,
)
from campaigns.models.months import LISTED_STATES
from campaigns.sending import mailing_list
from kit import bulk
from kit.errors import Refused
from kit.months import named

PLATFORM = "platform"
DELIVERIES: Table = Delivery.metadata.tables[Delivery.__tablename__]
LISTED = ("campaign_id", "address", "reply_link", "stop_link")
BOUNCED = (SuppressionKind.BOUNCE, SuppressionKind.COMPLAINT)

Row = tuple[str, str, str]
"""An address, its reply link and its stop link. Nothing else about a tenant ever passes."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A month whose mailing list is due. `cursor` is the last address that arrived, or empty.

    Its subject, and the day of the check-in before it, are the same for everybody who gets it.
    """

    month: str
    subject: str
    last_check_in: date | None
    send_at: datetime
    not_after: datetime
    questions: tuple[str, ...]
    cursor: str


@dataclass(frozen=True, slots=True)
class AddressChange:
    """A tenant's address changed after the list was drawn. `link` is the id in their reply link, as
    the link spells it: it proves which mail is theirs."""

    month: str
    old_address: str
    new_address: str
    link: str


@dataclass(frozen=True, slots=True)
class Unreached:
    """An address that is not mailed any more: it bounced for good, or its owner called it spam."""

    address: str
    is_complaint: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class PublishedQuestion:
    """A question as staff see it: `preview` is JSON and shows what tenants will be asked."""

    key: str
    version: int
    title: str
    preview: dict[str, Any]


def wanted(session: Session, *, now: datetime, lead: timedelta) -> list[Wanted]:
    """The months to hand over now: approved, not on hold, due within `lead`, not too late, not yet
    frozen."""
    due = (
        select(Campaign, Message)
        .join(Message, Message.content_hash == Campaign.content_hash)
        .where(
            Campaign.state.in_([CampaignState.APPROVED, CampaignState.HANDING_OVER]),
            Campaign.frozen_at.is_(None),
            Campaign.held_since.is_(None),
            Campaign.send_at <= now + lead,
        )
        .order_by(Campaign.send_at, Campaign.month)
        .options(load_only(Message.questions, Message.subject, Message.last_check_in))
    )
    return [
        _wanted(campaign, message)
        for campaign, message in session.execute(due)
        if now <= campaign.not_after
    ]


def begin_list(session: Session, month: str) -> str:
    """Open a month for its mailing list; returns the cursor to go on from.

    An approved campaign starts afresh: what an earlier hand-over left, before an edit voided its
    approval, is dropped. One that is being handed over goes on where it was.

    Raises:
        Refused: the month is neither approved nor being handed over.
    """
    campaign = session.scalar(select(Campaign).where(Campaign.month == month).with_for_update())
    if campaign is None or campaign.frozen_at is not None or campaign.held_since is not None:
        raise Refused(_closed(month))
    if campaign.state == CampaignState.APPROVED:
        campaign.state, campaign.handover_cursor = CampaignState.HANDING_OVER, ""
        mailing_list.discard(session, campaign.id)
    if campaign.state != CampaignState.HANDING_OVER:
        raise Refused(_closed(month))
    session.flush()
    return campaign.handover_cursor


def push_rows(
    session: Session, month: str, rows: Iterable[Row], *, previous_cursor: str, cursor: str
) -> None:
    """Add rows to a month's mailing list and move its cursor, both or neither.

    Raises:
        Refused: the month was cancelled or voided, or another hand-over moved the cursor first.
    """
    moved = session.execute(
        _open(month)
        .where(Campaign.handover_cursor == previous_cursor)
        .values(handover_cursor=cursor)
        .returning(Campaign.id)
    ).scalar()
    if moved is None:
        raise Refused(_closed(month))
    listed = ((moved, address, reply, stop) for address, reply, stop in rows)
    bulk.insert_many(session, DELIVERIES, LISTED, listed)


def freeze_list(session: Session, month: str, *, now: datetime) -> int:
    """Freeze a month's audience: nobody joins it from here on. Returns its size.

    Raises:
        Refused: the month was cancelled or voided, or is frozen already.
    """
    listed = (
        select(func.count())
        .where(Delivery.campaign_id == Campaign.id)
        .correlate(Campaign)
        .scalar_subquery()
    )
    audience = session.execute(
        _open(month)
        .values(audience=listed, frozen_at=now, handover_cursor="")
        .returning(Campaign.audience)
    ).scalar()
    if audience is None:
        raise Refused(_closed(month))
    audit.record(
        session, who=PLATFORM, action="handed over", now=now, month=month, audience=audience
    )
    return audience


def add_late(session: Session, month: str, rows: Sequence[Row]) -> None:
    """Add rows to a list that is still open, passing over addresses that are on it."""
    campaign_id = session.scalar(select(Campaign.id).where(Campaign.month == month))
    bulk.add_new(
        session,
        Delivery,
        [dict(zip(LISTED, (campaign_id, *row), strict=True)) for row in rows],
    )


def is_under_way(session: Session) -> bool:
    """Whether some month's list is being handed over."""
    under_way = Campaign.state == CampaignState.HANDING_OVER, Campaign.frozen_at.is_(None)
    return bool(session.scalar(select(exists().where(*under_way))))


def readdress(session: Session, changes: Iterable[AddressChange]) -> list[AddressChange]:
    """Let mails that were not claimed yet go to the new addresses of their tenants.

    Nothing changes where the mail was claimed, is not the tenant's, or the new address is on the
    list already; while the list is on its way, a tenant who is on it twice loses the old row.
    Returns the changes after which the mail goes to the new address alone; why another did not
    take effect, the platform does not learn.
    """
    return [change for change in changes if _readdress(session, change)]


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


def publish_questions(session: Session, questions: Sequence[PublishedQuestion]) -> bool:
    """Make these the questions staff may pick, in this order; False if they were already."""
    fresh = [
        {
            "key": question.key,
            "position": position,
            "version": question.version,
            "title": question.title,
            "preview": question.preview,
        }
        for position, question in enumerate(questions)
    ]
    columns = [getattr(Question, name) for name in fresh[0]] if fresh else [Question.key]
    bulk.lock(session, "questions")
    there = session.execute(select(*columns).order_by(Question.position)).mappings()
    if [dict(row) for row in there] == fresh:
        return False
    session.execute(delete(Question))
    if fresh:
        session.execute(insert(Question), fresh)
    return True


def releases_held(session: Session) -> dict[str, tuple[str, str]]:
    """The months whose figures, or the lack of them, are known here: state and digest of each."""
    held = select(PublishedRelease.month, PublishedRelease.state, PublishedRelease.digest)
    return {month: (state, digest) for month, state, digest in session.execute(held)}


def publish_release(
    session: Session, month: str, *, digest: str, document: str, now: datetime
) -> None:
    """Take in a month's figures; those of a month that is settled already change nothing.

    Raises:
        Refused: other figures of that month are here; figures are never replaced.
    """
    held = session.get(PublishedRelease, month)
    if held is None:
        _settle(session, month, ReleaseState.PUBLISHED, digest=digest, document=document, now=now)
    elif held.state == ReleaseState.PUBLISHED and held.digest != digest:
        raise Refused(f"{named(month)} has other figures already, and figures never change.")


def withdraw_release(
    session: Session,
    month: str,
    *,
    digest: str,
    state: str = ReleaseState.WITHDRAWN,
    because: str | None = None,
    now: datetime,
) -> None:
    """A month has no figures, or has them no longer: withdrawn, lost or too small.

    Only a withdrawal drops figures that are here. Where the platform lost a month that it had
    published, its database was restored, and what was published stands.
    """
    held = session.get(PublishedRelease, month)
    if held is None or (held.state != state and state == ReleaseState.WITHDRAWN):
        _settle(session, month, ReleaseState(state), digest=digest, because=because, now=now)


def _settle(
    session: Session,
    month: str,
    state: ReleaseState,
    *,
    digest: str,
    now: datetime,
    document: str | None = None,
    because: str | None = None,
) -> None:
    session.merge(
        PublishedRelease(
            month=month, state=state, digest=digest, document=document, because=because
        )
    )
    session.flush()
    audit.record(session, who=PLATFORM, action=f"figures {state}", now=now, month=month)


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


def _readdress(session: Session, change: AddressChange) -> bool:
    if bulk.is_postgresql(session):
        given = (change.month, change.old_address, change.new_address, change.link)
        return bool(session.scalar(select(func.readdress(*given))))
    open_month = Campaign.month == change.month, Campaign.state.in_(LISTED_STATES)
    campaign_id = session.scalar(select(Campaign.id).where(*open_month))
    return campaign_id is not None and mailing_list.readdress(
        session,
        campaign_id,
        old=change.old_address,
        new=change.new_address,
        link=f"/r/{change.link}.",
    )


def _array(addresses: Sequence[str]) -> ColumnElement[Any]:
    return bindparam(None, list(addresses), ARRAY(Text))


def _wanted(campaign: Campaign, message: Message) -> Wanted:
    return Wanted(
        month=campaign.month,
        subject=message.subject,
        last_check_in=message.last_check_in,
        send_at=campaign.send_at,
        not_after=campaign.not_after,
        questions=tuple(message.questions),
        cursor=campaign.handover_cursor,
    )


def _open(month: str) -> Update:
    return update(Campaign).where(
        Campaign.month == month,
        Campaign.state == CampaignState.HANDING_OVER,
        Campaign.frozen_at.is_(None),
    )


def _closed(month: str) -> str:
    return (
        f"{named(month)} takes no more of this mailing list: it was cancelled, changed or frozen,"
        " or another hand-over is at work; the next tick looks again."
    )
