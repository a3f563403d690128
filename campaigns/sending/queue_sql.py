"""The statements of the delivery queue, built once a dialect: building them for every batch would
cost a worker more than running them.

Both databases go by row ids given as one value: an array on PostgreSQL, a list of parameters on
SQLite. Left to choose, PostgreSQL reads the whole table for a join, or walks the dead entries of a
partial index.
"""

from dataclasses import dataclass
from functools import cache

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    ColumnElement,
    Select,
    Table,
    Text,
    Update,
    bindparam,
    cast,
    func,
    null,
    select,
    update,
)

from campaigns.models import Delivery, DeliveryState, Suppression
from kit.database import UtcDateTime

SETTLED = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.SKIPPED)
NOW = bindparam("now", type_=UtcDateTime)
ATTEMPT = bindparam("attempt", type_=Text)

deliveries: Table = Delivery.__table__  # type: ignore[assignment]
suppressions: Table = Suppression.__table__  # type: ignore[assignment]

AWAITS_AN_OUTCOME = deliveries.c.state.not_in((DeliveryState.QUEUED, *SETTLED))
"""`sending` or `unknown`, spelled so that PostgreSQL does not take the partial index of these."""


@dataclass(frozen=True, slots=True)
class QueueSql:
    """Parameters: `campaign`, `after`, `limit`; `ids`; `attempt`, `now`; `message_ids` (JSON)."""

    pick: Select[int]
    claim: Update
    suppressed: Select[str]
    accept: Update


@cache
def statements(*, on_postgresql: bool) -> QueueSql:
    """The statements of one dialect."""
    return QueueSql(
        _pick(), _claim(on_postgresql), _suppressed(on_postgresql), _accept(on_postgresql)
    )


def _pick() -> Select[int]:
    """The limit is written out: a plan for any limit at all may sort the whole queue."""
    return (
        select(deliveries.c.id)
        .where(
            deliveries.c.campaign_id == bindparam("campaign", type_=BigInteger),
            deliveries.c.state == DeliveryState.QUEUED,
            deliveries.c.id > bindparam("after", type_=BigInteger),
        )
        .order_by(deliveries.c.id)
        .limit(bindparam("limit", type_=BigInteger, literal_execute=True))
        .with_for_update(skip_locked=True)
    )


def _claim(on_postgresql: bool) -> Update:
    return (
        update(deliveries)
        .where(_among_ids(on_postgresql), deliveries.c.state == DeliveryState.QUEUED)
        .values(
            state=DeliveryState.SENDING,
            attempt_id=ATTEMPT,
            attempts=deliveries.c.attempts + 1,
            claimed_at=NOW,
            since=NOW,
        )
        .returning(
            deliveries.c.id,
            deliveries.c.address,
            deliveries.c.reply_link,
            deliveries.c.stop_link,
        )
    )


def _suppressed(on_postgresql: bool) -> Select[str]:
    """Of the rows just claimed, the addresses that are not mailed."""
    return select(deliveries.c.address).where(
        _among_ids(on_postgresql),
        select(suppressions.c.kind).where(suppressions.c.address == deliveries.c.address).exists(),
    )


def _accept(on_postgresql: bool) -> Update:
    document = bindparam("message_ids", type_=Text)
    each = func.json_each_text(cast(document, JSON)) if on_postgresql else func.json_each(document)
    pair = each.table_valued("key", "value")
    return (
        update(deliveries)
        .where(
            deliveries.c.id == cast(pair.c.key, BigInteger),
            _among_ids(on_postgresql),
            deliveries.c.attempt_id == ATTEMPT,
            AWAITS_AN_OUTCOME,
        )
        .values(
            state=DeliveryState.SENT,
            message_id=pair.c.value,
            since=NOW,
            cause=null(),
            reply_link=null(),
            stop_link=null(),
        )
    )


def _among_ids(on_postgresql: bool) -> ColumnElement[bool]:
    if on_postgresql:
        return deliveries.c.id == func.any(bindparam("ids", type_=ARRAY(BigInteger)))
    return deliveries.c.id.in_(bindparam("ids", expanding=True, type_=BigInteger))
