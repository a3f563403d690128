"""What happens around the workers: events, ticks, staff, the platform, a backup."""

from campaigns.sending.terms import Trigger
from campaigns.sending.transitions import QUEUED, SENDING, SENT, UNKNOWN
from tests.sending.in_memory import DeliveryRow
from tests.sending.walk.invariants import Forbidden
from tests.sending.walk.state import (
    CANCELLED,
    DONE,
    ENDED,
    ERASED,
    FIRST,
    HELD,
    IDLE,
    LATER,
    LISTED,
    ON,
    OVER,
    Model,
    Steps,
    Table,
    WalkState,
)
from tests.sending.walk.watching import ticked, watched


def of_events(model: Model, table: Table, world: WalkState) -> Steps:
    """Early, late, twice: an event that was taken may come again. Never: nobody has to take it.

    One that is lost, or comes after the grace, is no longer waited for. A poll raises the mark, so
    that a backup of before it is behind.
    """
    for which, row in world.listed():
        outside = world.outside[which]
        if row is DONE:
            continue
        if model.loses_events and outside.is_told:
            yield "an event is lost", world.with_outside(which, is_told=False, is_lost=True)
        polled = watched(table, world)
        is_behind = world.backup is not None and not world.was_restored
        polled = polled._replace(is_backup_behind=is_behind)
        if outside.taken:
            yield "an event", _heard(table, polled, which)
        if outside.dropped:
            yield "an event of a mail that is dropped", _heard_of_dropped(table, polled, which)
            yield "an event Reject", _rejected(table, polled, which)


def _heard(table: Table, world: WalkState, which: int) -> WalkState:
    """Evidence counts whatever attempt it names, but only at the row's own address.

    One that names another is of before a restore: the mail is held, and a person decides.
    """
    row = world.rows[which]
    if row is None or row.address not in (world.outside[which].sent_to, ERASED):
        return world.with_outside(which, is_told=False)
    rows = table.all(world.rows, (which,), Trigger.HEARD, HELD)
    return world.with_outside(which, is_told=False, is_known=True)._replace(rows=rows)


def _heard_of_dropped(table: Table, world: WalkState, which: int) -> WalkState:
    attempt = world.outside[which].dropped
    return world._replace(rows=table.all(world.rows, (which,), Trigger.HEARD, attempt))


def _rejected(table: Table, world: WalkState, which: int) -> WalkState:
    attempt = world.outside[which].dropped
    rows = table.all(world.rows, (which,), Trigger.NEVER_LEFT, attempt)
    is_dropped = world.outside[which].is_dropped or rows[which] is not world.rows[which]
    after = world.with_outside(which, is_told=False, is_dropped=is_dropped)
    return after._replace(rows=rows)


def of_ticks(model: Model, table: Table, world: WalkState) -> Steps:
    """Leases, settlement, refusals, the end of the month and of its retention."""
    world = watched(table, world)
    yield from _of_rows(model, table, world)
    if world.month == ON and _has_only_refused(world):
        if world.in_state(SENT):
            rows = table.all(world.rows, world.in_state(QUEUED), Trigger.CONFIRMED)
            yield "refusals end", world._replace(rows=rows)
        else:
            yield "everybody was refused", _resumed(table, world)
    if world.month in (LISTED, ON):
        yield "the last moment passes", world._replace(month=OVER)
    yield "a tick", ticked(table, world)
    if model.has_platform and world.month in (CANCELLED, ENDED):
        rows = table.all(world.rows, range(len(world.rows)), Trigger.PURGED)
        yield "the month is purged", world._replace(rows=rows)


def _of_rows(model: Model, table: Table, world: WalkState) -> Steps:
    """What time does to one mail."""
    for which, row in world.listed():
        if row.state == SENDING:
            rows = table.all(world.rows, (which,), Trigger.EXPIRED)
            yield "a lease runs out", _stale(world._replace(rows=rows), row)
        if row.state == UNKNOWN and world.month == ON and not world.outside[which].is_told:
            rows = table.all(world.rows, (which,), Trigger.RESENT)
            yield "settled by absence", world._replace(rows=rows)
        if model.waits and row.not_before == LATER:
            waited = [table.waited(row) if n == which else r for n, r in enumerate(world.rows)]
            yield "a wait ends", world._replace(rows=tuple(waited))


def of_staff(_model: Model, table: Table, world: WalkState) -> Steps:
    """A pause in which nothing else happens is nothing; what matters is what a resume does."""
    if world.month == ON:
        yield "staff pause and resume", _resumed(table, world)
    if world.month in (LISTED, ON, OVER):
        yield "staff cancel", world._replace(month=CANCELLED)
    unknown = world.in_state(UNKNOWN)
    if world.month not in (ON, OVER) or not unknown:
        return
    yield "staff leave", world._replace(rows=table.all(world.rows, unknown, Trigger.LEFT))
    if not any(world.outside[n].is_resolved for n in unknown):
        after = world._replace(rows=table.all(world.rows, unknown, Trigger.ORDERED_AGAIN))
        for n in unknown:
            after = after.with_outside(n, is_resolved=True, is_known=False)
        yield "staff send", after


def of_platform(model: Model, table: Table, world: WalkState) -> Steps:
    """The list, mails that are stopped, and addresses that change."""
    if model.has_platform and world.month == LISTED:
        rows = table.all(world.rows, world.in_state(QUEUED), Trigger.DISCARDED)
        if any(row is not None for row in rows):
            raise Forbidden("a list that is handed over anew keeps an old mail")
        drawn = tuple(None if each.is_erased else FIRST for each in world.outside)
        yield "the list is begun afresh", world._replace(rows=drawn)
        yield "the sending begins", world._replace(month=ON)
    for which, outside in enumerate(world.outside):
        if model.has_platform and not outside.is_stopped:
            yield "a mail is stopped", world.with_outside(which, is_stopped=True)
    if model.readdresses and world.month in (LISTED, ON):
        yield from _readdressed(table, world)
    if model.erases:
        yield from _erased(table, world)


def _readdressed(table: Table, world: WalkState) -> Steps:
    """Nobody looks for a restore before an address changes, so one that comes before the next tick
    is let through: the mail is held then, and a person decides.
    """
    for which, row in world.listed():
        if row.state == QUEUED and row.address != "new":
            rows = table.all(world.rows, (which,), Trigger.READDRESSED)
            is_seen = world.outside[which].is_seen and not world.is_behind
            if rows != world.rows and is_seen:
                raise Forbidden("a mail that SES may have sent has another address")
            yield "an address changes", world._replace(rows=rows)


def _erased(table: Table, world: WalkState) -> Steps:
    """The address is stopped as it is to be erased, and erased by a tick; a list loses the mail."""
    for which, row in world.listed():
        if not world.outside[which].is_stopped or row.address == ERASED:
            continue
        is_listed = world.month == LISTED
        trigger = Trigger.DISCARDED if is_listed else Trigger.ERASED
        rows = table.all(world.rows, (which,), trigger)
        after = rows[which]
        if after is not None and after.state == SENDING:
            continue
        if after is not None and after.address != ERASED:
            raise Forbidden("an erasure leaves the address")
        yield "an address is erased", world._replace(rows=rows).with_outside(which, is_erased=True)


def of_backups(_model: Model, table: Table, world: WalkState) -> Steps:
    """One backup and one restore, for which the workers are stopped (`docs/disasters.md`).

    Whoever sent a mail again stands by it, though evidence of the first is forgotten.
    """
    if world.backup is None and not world.was_restored:
        rows = tuple(row and table.named(row, str(HELD)) for row in world.rows)
        yield "a backup", world._replace(backup=(rows, world.month))
    elif world.backup is not None:
        rows, month = world.backup
        for which, outside in enumerate(world.outside):
            is_known = outside.is_known and not outside.is_resolved
            world = world.with_outside(which, is_known=is_known, is_dropped=False)
        yield (
            "a restore",
            world._replace(
                rows=rows,
                month=month,
                hands=IDLE,
                backup=None,
                was_restored=True,
                is_behind=world.is_backup_behind,
                is_backup_behind=False,
            ),
        )


def _resumed(table: Table, world: WalkState) -> WalkState:
    return world._replace(rows=table.all(world.rows, world.in_state(QUEUED), Trigger.RELEASED))


def _has_only_refused(world: WalkState) -> bool:
    waiting = [row for _, row in world.listed() if row.state in (QUEUED, SENDING)]
    return bool(waiting) and all(row.refused_at for row in waiting)


def _stale(world: WalkState, row: DeliveryRow) -> WalkState:
    """A worker whose lease ran out does not post any more."""
    hands = tuple(
        each._replace(is_stale=True) if str(each.attempt) == row.attempt_id else each
        for each in world.hands
    )
    return world._replace(hands=hands)
