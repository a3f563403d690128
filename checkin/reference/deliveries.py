"""The page of the table of transitions: what may happen to a delivery, and what follows."""

from campaigns.sending.terms import Given, Guard, OrElse, Plus, Transition
from campaigns.sending.transitions import TABLE
from checkin.reference.markdown import code, paragraphs, table

INTRODUCTION = """
Every change of a delivery is a row of this table (`campaigns/sending/transitions.py`). The SQL is
made from it by `campaigns/sending/statements.py`; nothing else changes a delivery. It is walked
exhaustively in `tests/sending/test_walk.py`. The counts that the console shows are kept in the same
transaction by triggers, from the state, the cause and the feedback of the row.

A value in brackets comes with the event. A state and an event that are not listed raise an error,
and the database itself refuses a change of state that no row has, whoever writes it.
"""
HEADER = ("state", "event", "under the condition", "new state", "sets", "evidence")


def page() -> str:
    """Every transition, in the table's order."""
    return paragraphs(
        "# What may happen to a delivery", INTRODUCTION, table(HEADER, map(_row, TABLE))
    )


def _row(row: Transition) -> tuple[str, ...]:
    sets = ", ".join(f"`{name}` {_value(value)}" for name, value in (row.sets or {}).items())
    after = "unchanged" if row.is_void else "deleted" if row.after is None else code(row.after)
    conditions = " and ".join(map(_condition, row.when)) or "–"
    return code(row.before), str(row.trigger), conditions, after, sets or "–", row.evidence


def _condition(condition: Guard) -> str:
    return f"`{condition.column}` {condition.op} {_value(condition.value)}"


def _value(value: object) -> str:
    match value:
        case None:
            return "empty"
        case Given(name):
            return f"[{name}]"
        case Plus(number):
            return f"{number:+}"
        case OrElse(other):
            return f"{_value(other)} unless it has one"
        case tuple():
            return " or ".join(map(_value, value))
    return str(value).lower()
