"""Mails that SES refused: provisional until something else of the campaign is accepted."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from campaigns.models.deliveries import FRESH, IN_FLIGHT, REFUSED, WAITING
from campaigns.sending.statements import change_rows, deliveries, picked
from campaigns.sending.terms import Trigger
from campaigns.sending.transitions import SENDING


def confirm(
    session: Session, campaign_id: int, since: Collection[int] = (), *, now: datetime
) -> int:
    """Fail what SES refused in a campaign whose message it accepts, but for the ids that it refused
    `since`; returns how many."""
    ids = [row for row in picked(session, campaign_id, REFUSED) if row not in since]
    return change_rows(session, Trigger.CONFIRMED, ids, now=now)


def release(session: Session, campaign_id: int, *, now: datetime) -> int:
    """Let what SES refused be tried again; returns how many."""
    ids = picked(session, campaign_id, REFUSED)
    return change_rows(session, Trigger.RELEASED, ids, now=now)


def by_cause(session: Session, campaign_id: int) -> dict[str, int]:
    """How many mails SES refused for each cause, with nothing accepted since."""
    query = select(deliveries.c.cause, func.count()).where(
        deliveries.c.campaign_id == campaign_id, REFUSED
    )
    return dict(session.execute(query.group_by(deliveries.c.cause)).all())


def are_all_that_is_left(session: Session, campaign_id: int) -> bool:
    """Whether SES refused all that a campaign has left to send, the unknown left aside."""
    waits = deliveries.c.refused_at.is_(None)
    is_sending = deliveries.c.state == SENDING
    return _has(session, campaign_id, REFUSED) and not (
        _has(session, campaign_id, FRESH)
        or _has(session, campaign_id, WAITING, waits)
        or _has(session, campaign_id, IN_FLIGHT, is_sending)
    )


def _has(session: Session, campaign_id: int, *which: Any) -> bool:
    query = select(exists().where(deliveries.c.campaign_id == campaign_id, *which))
    return bool(session.scalar(query))
