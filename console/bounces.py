"""Why mail bounced, in words, from what Amazon SES told of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Delivery, Feedback
from campaigns.sending.feedback import BOUNCE

PAGE_SIZE = 50
GONE = "The record of this bounce is no longer kept."
CAUSES = {
    "Permanent/General": "The receiving server refused it for good and did not say why.",
    "Permanent/NoEmail": "There is no mailbox of that name.",
    "Permanent/Suppressed": "Amazon SES did not try: mail of its customers bounced there lately.",
    "Permanent/OnAccountSuppressionList": (
        "Amazon SES did not try: the address is on our account’s own list at Amazon. Ask whoever "
        "runs Check-in to take it off there as well."
    ),
    "Transient/General": "The receiving server was not able to take it for a while.",
    "Transient/MailboxFull": "The mailbox was full.",
    "Transient/MessageTooLarge": "The email was too large for that mailbox.",
    "Transient/ContentRejected": "The receiving server refused what the email says.",
    "Transient/AttachmentRejected": "The receiving server refused an attachment.",
    "Undetermined/Undetermined": "The receiving server’s answer could not be understood.",
}
"""SES's bounceType/bounceSubType ("Contents of Amazon SES event data", AWS documentation)."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """One bounce: the address, the month it was for, why in words, and when (UTC)."""

    address: str
    month: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MonthBounces:
    """A month's bounces: how many for each cause, and one page of them, the newest first."""

    causes: Sequence[tuple[str, int]]
    rows: Sequence[Bounce]
    page: int
    last: int


def why(detail: str | None) -> str:
    """SES's detail in a sentence; one that is not known is quoted."""
    if not detail:
        return "Amazon SES gave no reason."
    return CAUSES.get(detail, f"Amazon SES calls it “{detail.replace('/', ', ')}”.")


def last_bounces(session: Session, addresses: Collection[str]) -> dict[str, Bounce]:
    """The latest known bounce of each of these addresses."""
    months = list(session.scalars(select(Campaign.id)))
    query = _bounces().where(Delivery.campaign_id.in_(months), Delivery.address.in_(addresses))
    rows = session.execute(query.order_by(Feedback.happened_at))
    return {row.address: _bounce(row.address, row.month, row.detail, row.at) for row in rows}


def month_bounces(session: Session, campaign: Campaign, *, page: int) -> MonthBounces:
    """Page number `page`, from 1, of a month's bounces, with their causes counted."""
    counted = session.execute(
        select(Feedback.detail, func.count())
        .where(Feedback.campaign_id == campaign.id, Feedback.kind == BOUNCE)
        .group_by(Feedback.detail)
    ).all()
    last = max(1, -(-sum(number for _detail, number in counted) // PAGE_SIZE))
    page = min(max(page, 1), last)
    rows = session.execute(
        _bounces()
        .where(Feedback.campaign_id == campaign.id)
        .order_by(Feedback.happened_at.desc(), Feedback.key)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return MonthBounces(
        causes=sorted(((why(detail), number) for detail, number in counted), key=_most_first),
        rows=[_bounce(row.address, row.month, row.detail, row.at) for row in rows],
        page=page,
        last=last,
    )


def _bounces() -> Select[str, str, str | None, datetime]:
    return (
        select(Delivery.address, Campaign.month, Feedback.detail, Feedback.happened_at.label("at"))
        .join(Delivery, Delivery.id == Feedback.delivery_id)
        .join(Campaign, Campaign.id == Feedback.campaign_id)
        .where(Feedback.kind == BOUNCE, Delivery.campaign_id == Feedback.campaign_id)
    )


def _bounce(address: str, month: str, detail: str | None, at: datetime) -> Bounce:
    return Bounce(address, month, why(detail), at)


def _most_first(cause: tuple[str, int]) -> tuple[int, str]:
    return -cause[1], cause[0]
