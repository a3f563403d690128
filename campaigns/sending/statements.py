"""SQL made from the table of transitions, once a dialect: building it for every batch would cost a
worker more than running it.

Both databases go by row ids given as one value: an array on PostgreSQL, a list of parameters on
SQLite. Left to choose, PostgreSQL reads the whole table for a join, or walks the dead entries of a
partial index.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    ColumnElement,
    Select,
    Table,
    Text,
    TextClause,
    Update,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from campaigns.models import Delivery, Suppression
from campaigns.models.deliveries import FRESH, REFUSED, WAITING
from campaigns.sending.terms import Given, Guard, Op, OrElse, Plus, Transition, Trigger
from campaigns.sending.transitions import of
from kit.bulk import any_of

deliveries: Table = Delivery.__table__  # type: ignore[assignment]
suppressions: Table = Suppression.__table__  # type: ignore[assignment]
STATE = deliveries.c.state.concat("")
CAMPAIGN = deliveries.c.campaign_id == bindparam("campaign", type_=BigInteger)
LIMIT = bindparam("limit", type_=BigInteger, literal_execute=True)
"""Written out: a plan for any limit at all may sort the whole queue."""
CHUNK = 5_000
"""Rows that one transaction of a tick changes at most, for each campaign and each index."""

Brought = Mapping[str, ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class HotStatements:
    """What every claim and every batch runs. `given_…` are the table's `Given` values."""

    pick_fresh: Select[int]
    pick_due: Select[int]
    claim: Update
    accept: Update


@cache
def hot(*, on_postgresql: bool) -> HotStatements:
    """The statements of one dialect."""
    among = among_ids(on_postgresql)
    return HotStatements(
        pick(FRESH, deliveries.c.id > bindparam("after", type_=BigInteger)),
        pick(
            WAITING,
            deliveries.c.not_before <= given("now", deliveries.c.not_before),
            deliveries.c.refused_at.is_(None),
            order=deliveries.c.not_before,
        ),
        change(Trigger.CLAIMED)
        .where(among)
        .returning(
            deliveries.c.id,
            deliveries.c.address,
            deliveries.c.reply_link,
            deliveries.c.stop_link,
            _is_suppressed(),
        ),
        _accept(among, on_postgresql),
    )


def pick(
    which: TextClause, *where: ColumnElement[bool], order: ColumnElement[Any] = deliveries.c.id
) -> Select[int]:
    """The ids of at most `limit` rows of one partial index, locked; rows locked by others are
    passed over."""
    query = select(deliveries.c.id).where(CAMPAIGN, which, *where)
    return query.order_by(order).limit(LIMIT).with_for_update(skip_locked=True)


def picked(
    session: Session, campaign_id: int, which: TextClause, *where: ColumnElement[bool]
) -> Sequence[int]:
    """A chunk of what `pick` finds for a campaign."""
    return session.scalars(pick(which, *where), {"campaign": campaign_id, "limit": CHUNK}).all()


def change(trigger: Trigger, brought: Brought | None = None) -> Update:
    """The UPDATE of an event: every row of the table for it that changes something.

    Values that the event brings along are parameters `given_NAME`, or what `brought` says.
    """
    rows = of(trigger)
    if not rows:
        raise LookupError(f"{trigger} changes nothing")
    brought = brought or {}
    columns = {name for row in rows for name in row.sets or ()}
    values = {name: _one_or_case(rows, name, brought) for name in sorted(columns)}
    values["state"] = _one_or_case(rows, "state", brought)
    return update(deliveries).where(applies(rows)).values(values)


@cache
def plain_change(trigger: Trigger) -> Update:
    """The UPDATE of an event that brings along parameters only: building it takes longer than
    running it."""
    return change(trigger)


def change_rows(
    session: Session,
    trigger: Trigger,
    ids: Sequence[int],
    brought: Brought | None = None,
    **values: Any,
) -> int:
    """Apply an event, with the values that it brings, to these rows; returns how many changed."""
    if not ids:
        return 0
    statement = change(trigger, brought) if brought else plain_change(trigger)
    return execute(session, statement.where(any_of(session, deliveries.c.id, ids)), **values)


def execute(session: Session, statement: Any, **values: Any) -> int:
    """Run an UPDATE of the table with the values that its event brings; returns the rows changed.

    Objects that the session holds already are not refreshed.
    """
    session.flush()
    parameters = {f"given_{name}": value for name, value in values.items()}
    counted = {"preserve_rowcount": True}
    return session.connection().execute(statement, parameters, execution_options=counted).rowcount


def applies(rows: Iterable[Transition]) -> ColumnElement[bool]:
    """The rows of the database that one of these transitions moves.

    The state is spelled so that PostgreSQL does not take a partial index for it. With statistics
    from before a hand-over it combines one with the row ids, and reads all of its dead entries.
    """
    states: dict[tuple[Guard, ...], list[str]] = {}
    for row in rows:
        states.setdefault(row.when, []).append(row.before)
    return or_(
        *(and_(STATE.in_(before), *map(_condition, when)) for when, before in states.items())
    )


def given(name: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The parameter of a value that an event brings along."""
    return bindparam(f"given_{name}", type_=column.type)


def among_ids(on_postgresql: bool) -> ColumnElement[bool]:
    """`id` is one of the parameter `ids`."""
    if on_postgresql:
        return deliveries.c.id == func.any(bindparam("ids", type_=ARRAY(BigInteger)))
    return deliveries.c.id.in_(bindparam("ids", expanding=True, type_=BigInteger))


def _one_or_case(rows: tuple[Transition, ...], column: str, brought: Brought) -> ColumnElement[Any]:
    """What a column becomes: one value, or by the transition that applies."""
    groups: dict[object, list[Transition]] = {}
    for row in rows:
        to = row.after if column == "state" else (row.sets or {}).get(column, OrElse(None))
        groups.setdefault(to, []).append(row)
    values = {to: _value(column, to, brought) for to in groups}
    if len(values) == 1:
        return next(iter(values.values()))
    return case(*((applies(groups[to]), value) for to, value in values.items()))


def _value(column: str, to: object, brought: Brought) -> ColumnElement[Any]:
    own = deliveries.c[column]
    match to:
        case None:
            return null()
        case Given(name):
            return brought[name] if name in brought else given(name, own)
        case Plus(number):
            return own + number
        case OrElse(value):
            return own if value is None else func.coalesce(own, _value(column, value, brought))
    return literal(to, own.type)


def _condition(condition: Guard) -> ColumnElement[bool]:
    column, value = deliveries.c[condition.column], condition.value
    if isinstance(value, tuple):
        return (
            column.in_(value)
            if condition.op is Op.IS
            else or_(column.is_(None), column.not_in(value))
        )
    other = null() if value is None else _value(condition.column, value, {})
    if condition.op is Op.NOT_AFTER:
        return or_(column.is_(None), column <= other)
    if condition.op is Op.IS:
        return column.is_(None) if value is None else column == other
    return column.is_not(None) if value is None else column.is_distinct_from(other)


def _is_suppressed() -> ColumnElement[bool]:
    """Whether the row's address is not mailed."""
    return (
        select(suppressions.c.kind).where(suppressions.c.address == _returned("address")).exists()
    )


def _returned(name: str) -> ColumnElement[Any]:
    """A column of the row that is returned; SQLAlchemy leaves out the table's name on SQLite, where
    a subquery would take its own column for it."""
    return literal_column(f"{deliveries.name}.{name}", deliveries.c[name].type)


def _accept(among: ColumnElement[bool], on_postgresql: bool) -> Update:
    """A batch in one statement: `{delivery id: SES message id}` travels as one JSON value.

    Each row that changes says which campaign it belongs to, and whether any mail of that stood
    refused as the statement began.
    """
    document = bindparam("message_ids", type_=Text)
    each = func.json_each_text(cast(document, JSON)) if on_postgresql else func.json_each(document)
    pair = each.table_valued("key", "value")
    brought = {"message_id": pair.c.value}
    other = deliveries.alias()
    same_campaign = other.c.campaign_id == _returned("campaign_id")
    refused = select(other.c.id).where(same_campaign, REFUSED).exists()
    return (
        change(Trigger.ACCEPTED, brought)
        .where(deliveries.c.id == cast(pair.c.key, BigInteger), among)
        .returning(deliveries.c.campaign_id, refused)
    )
