"""The table of transitions, applied to a row in memory instead of in the database."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from campaigns.models import DeliveryState
from campaigns.sending import transitions
from campaigns.sending.terms import Given, Guard, Op, OrElse, Plus, Transition, Trigger
from campaigns.sending.transitions import QUEUED


class NotListed(Exception):
    """A state and an event that the table does not have."""


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """The columns of a delivery that the table speaks of. Moments are any ordered values."""

    state: DeliveryState = QUEUED
    address: str = ""
    reply_link: str | None = "reply"
    stop_link: str | None = "stop"
    attempt_id: str | None = None
    attempts: int = 0
    resent: bool = False
    claimed_at: Any = None
    since: Any = None
    not_before: Any = None
    refused_at: Any = None
    message_id: str | None = None
    cause: str | None = None
    feedback: str | None = None


def follow(row: DeliveryRow, trigger: Trigger, **given: Any) -> DeliveryRow | None:
    """The row after an event: changed, as it was (a condition does not hold), or None if deleted.

    Raises:
        NotListed: the table says nothing of this event in this state.
    """
    listed = [
        each for each in transitions.TABLE if (each.before, each.trigger) == (row.state, trigger)
    ]
    if not listed:
        raise NotListed(f"{trigger} of a delivery that is {row.state}")
    for transition in listed:
        if all(_holds(row, condition, given) for condition in transition.when):
            return _after(row, transition, given)
    return row


def _holds(row: DeliveryRow, condition: Guard, given: Mapping[str, Any]) -> bool:
    value = _value(condition.value, given)
    found = getattr(row, condition.column)
    if condition.op is Op.NOT_AFTER:
        return found is None or bool(found <= value)
    is_so = found in value if isinstance(value, tuple) else found == value
    return is_so == (condition.op is Op.IS)


def _after(
    row: DeliveryRow, transition: Transition, given: Mapping[str, Any]
) -> DeliveryRow | None:
    if transition.after is None:
        return None
    values = {name: _set(row, name, to, given) for name, to in (transition.sets or {}).items()}
    return replace(row, state=transition.after, **values)


def _set(row: DeliveryRow, column: str, to: object, given: Mapping[str, Any]) -> Any:
    own = getattr(row, column)
    match to:
        case Plus(number):
            return own + number
        case OrElse(value):
            return _value(value, given) if own is None else own
    return _value(to, given)


def _value(value: object, given: Mapping[str, Any]) -> Any:
    return given[value.name] if isinstance(value, Given) else value
