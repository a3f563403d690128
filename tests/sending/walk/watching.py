"""What the engine does by itself in a state: see a restore, close, finish."""

from campaigns.sending.terms import Trigger
from campaigns.sending.transitions import OPEN, QUEUED, SENDING, SETTLED, UNKNOWN
from tests.sending.walk.state import CANCELLED, ENDED, IDLE, LISTED, ON, OVER, Table, WalkState

CLOSED_BY = {CANCELLED: Trigger.CANCELLED, OVER: Trigger.TOO_LATE, ENDED: Trigger.TOO_LATE}
CLOSES = {Trigger.CANCELLED: (QUEUED, UNKNOWN), Trigger.TOO_LATE: (QUEUED,)}


def watched(table: Table, world: WalkState) -> WalkState:
    """`restore_detection.watch`, before every claim, poll and tick."""
    if not world.is_behind:
        return world
    chosen = world.in_state(*OPEN) if world.month in (ON, OVER) else []
    rows = table.all(world.rows, chosen, Trigger.QUARANTINED)
    return world._replace(rows=rows, is_behind=False)


def ticked(table: Table, world: WalkState) -> WalkState:
    """Close what is over, and finish a month of which nothing is open."""
    rows, why = world.rows, CLOSED_BY.get(world.month)
    if why is not None:
        rows = table.all(rows, world.in_state(*CLOSES[why]), why)
    is_over = all(row is None or row.state in SETTLED for row in rows)
    is_over = is_over and world.month not in (CANCELLED, LISTED)
    return world._replace(rows=rows, month=ENDED if is_over else world.month)


def left_open(table: Table, world: WalkState) -> str | None:
    """What a month that is over has open once every worker is gone and the ticks went on."""
    if world.month not in (CANCELLED, OVER):
        return None
    world = watched(table, world)
    rows = table.all(world.rows, world.in_state(SENDING), Trigger.EXPIRED)
    closed = ticked(table, world._replace(rows=rows, hands=IDLE))
    ends = SETTLED if world.month == CANCELLED else (*SETTLED, UNKNOWN)
    left = [row.state for _, row in closed.listed() if row.state not in ends]
    return f"{world.month} and never closed: {left}" if left else None
