"""How many deliveries stand where, without counting them.

The table `tallies` is kept by triggers on `deliveries` (migration 0002), in the transaction of
whatever changes a delivery. A campaign has a handful of rows there however long its list is, so
that the page that watches a million mails asks no more of the database than that of a thousand.
"""

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.models import DeliveryState, Tally

STATE, FEEDBACK, ACCEPTED, SEEN = "state", "feedback", "accepted", "seen"
OPEN = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNKNOWN)
MINUTE = "%Y%m%d%H%M"


def by_state(session: Session, campaign_id: int) -> dict[str, int]:
    """How many deliveries are in each state; every state is named."""
    numbers = dict.fromkeys((state.value for state in DeliveryState), 0)
    for (state, _cause), number in _sums(session, campaign_id, STATE).items():
        numbers[state] += number
    return numbers


def by_cause(session: Session, campaign_id: int) -> dict[tuple[str, str], int]:
    """How many deliveries there are by (state, cause), where a cause is known."""
    return {key: number for key, number in _sums(session, campaign_id, STATE).items() if key[1]}


def by_feedback(session: Session, campaign_id: int) -> dict[str, int]:
    """How many deliveries each kind of feedback is known of, for instance {"bounce": 3}."""
    return {kind: number for (kind, _), number in _sums(session, campaign_id, FEEDBACK).items()}


def has_open(session: Session, campaign_id: int) -> bool:
    """Whether any mail of a campaign is still queued, sending or unknown."""
    numbers = by_state(session, campaign_id)
    return any(numbers[state] for state in OPEN)


def by_minute(session: Session, campaign_id: int) -> dict[datetime, tuple[int, int]]:
    """How many mails claimed in each minute (UTC) SES accepted, and for how many of them an event
    came."""
    seen = _sums(session, campaign_id, SEEN)
    return {
        datetime.strptime(minute, MINUTE).replace(tzinfo=UTC): (number, seen.get((minute, ""), 0))
        for (minute, _), number in _sums(session, campaign_id, ACCEPTED).items()
    }


def _sums(session: Session, campaign_id: int, kind: str) -> dict[tuple[str, str], int]:
    total = func.sum(Tally.number)
    rows = session.execute(
        select(Tally.state, Tally.cause, total)
        .where(Tally.campaign_id == campaign_id, Tally.kind == kind)
        .group_by(Tally.state, Tally.cause)
        .having(total != 0)
        .order_by(Tally.state, Tally.cause)
    )
    return {(state, cause): int(number) for state, cause, number in rows}
