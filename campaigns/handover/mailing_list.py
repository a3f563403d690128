"""Hand a month's mailing list over: which months are due, their rows, and the frozen list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Table, Update, exists, func, select, update
from sqlalchemy.orm import Session, load_only

from campaigns import audit
from campaigns.models import Campaign, CampaignState, Delivery, Message
from campaigns.sending import mailing_list
from kit import bulk
from kit.errors import Refused
from kit.months import named

PLATFORM = "platform"
DELIVERIES: Table = Delivery.metadata.tables[Delivery.__tablename__]
LISTED = ("campaign_id", "address", "reply_link", "stop_link")
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
        session, Delivery, [dict(zip(LISTED, (campaign_id, *row), strict=True)) for row in rows]
    )


def is_under_way(session: Session) -> bool:
    """Whether some month's list is being handed over."""
    under_way = Campaign.state == CampaignState.HANDING_OVER, Campaign.frozen_at.is_(None)
    return bool(session.scalar(select(exists().where(*under_way))))


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
