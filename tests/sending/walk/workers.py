"""What two workers do: claim, raise the mark outside, post, record the answers, give back, die."""

from collections.abc import Sequence
from itertools import product

from campaigns.sending.terms import Trigger
from campaigns.sending.transitions import QUEUED, SENDING
from tests.sending.walk.invariants import Forbidden
from tests.sending.walk.state import (
    DROPPED,
    HELD,
    NOBODY,
    NOT_TAKEN,
    ON,
    TAKEN,
    Hands,
    Model,
    Steps,
    Table,
    WalkState,
)
from tests.sending.walk.watching import watched

TOOK = (Trigger.ACCEPTED, Trigger.UNCERTAIN)
ANSWERS = {
    TAKEN: TOOK,
    DROPPED: TOOK,
    NOT_TAKEN: (Trigger.UNCERTAIN, Trigger.REFUSED, Trigger.FALTERED, Trigger.UNSENT),
}
"""What may be recorded of an entry, by what SES did with it."""
Answers = Sequence[tuple[int, Trigger]]


def of_workers(model: Model, table: Table, world: WalkState) -> Steps:
    """The next step of either worker."""
    for number, hands in enumerate(world.hands):
        if hands == NOBODY:
            if number == 0 or world.hands[0] != NOBODY:
                yield from _claims(model, table, world, number)
            continue
        yield "a worker dies", world.with_hands(number, NOBODY)
        if hands.taken:
            yield from _records(table, world, number, hands)
            continue
        yield "a claim is given back", _given_back(table, world, number, hands)
        if not hands.is_marked:
            yield "the mark is raised", _marked(world, number, hands)
        elif not hands.is_stale and world.month == ON:
            yield from _posts(model, world, number, hands)


def _claims(model: Model, table: Table, world: WalkState, number: int) -> Steps:
    world = watched(table, world)
    if world.month != ON:
        return
    attempt = _fresh_name(world)
    for chosen in ((0,), (1,), (0, 1)):
        if any(n >= len(world.rows) or _state(world, n) != QUEUED for n in chosen):
            continue
        rows = table.all(world.rows, chosen, Trigger.CLAIMED, attempt)
        if any(rows[n] is world.rows[n] for n in chosen):
            continue
        yield "a claim", _claimed(model, table, world._replace(rows=rows), number, chosen, attempt)


def _claimed(
    model: Model, table: Table, world: WalkState, number: int, chosen: Sequence[int], attempt: int
) -> WalkState:
    """As `deliveries.claim` does: what is suppressed is settled in the same transaction."""
    stopped = [n for n in chosen if world.outside[n].is_stopped]
    world = world._replace(rows=table.all(world.rows, stopped, Trigger.SUPPRESSED, attempt))
    if any(_state(world, n) == SENDING for n in stopped):
        raise Forbidden("a claim of a mail that is suppressed")
    for n in chosen:
        world = world.with_outside(n, is_doubled=world.outside[n].is_known)
    claimed = tuple(n for n in chosen if n not in stopped)
    hands = Hands(attempt, claimed, not model.restores, is_new=world.backup is not None)
    return world.with_hands(number, hands if claimed else NOBODY)


def _posts(model: Model, world: WalkState, number: int, hands: Hands) -> Steps:
    may_be = (TAKEN, NOT_TAKEN, DROPPED) if model.drops else (TAKEN, NOT_TAKEN)
    for taken in product(may_be, repeat=len(hands.claimed)):
        after = world
        for which, fate in zip(hands.claimed, taken, strict=True):
            after = _posted(model, after, which, fate, hands.attempt)
        yield f"a post, taken: {taken}", after.with_hands(number, hands._replace(taken=taken))


def _posted(model: Model, world: WalkState, which: int, fate: int, attempt: int) -> WalkState:
    row, taken = world.rows[which], world.outside[which].taken
    world = world.with_outside(which, is_seen=model.readdresses)
    if fate == DROPPED:
        return world.with_outside(which, is_told=True, dropped=attempt)
    if fate == TAKEN:
        address = row.address if row is not None else ""
        return world.with_outside(which, is_told=True, taken=taken + 1, sent_to=address)
    return world


def _records(table: Table, world: WalkState, number: int, hands: Hands) -> Steps:
    """Every answer to each entry, in either order where that makes a difference."""
    entries = tuple(zip(hands.claimed, hands.taken, strict=True))
    for answers in product(*(ANSWERS[fate] for _, fate in entries)):
        told = [(which, each) for (which, _), each in zip(entries, answers, strict=True)]
        has_order = len(told) > 1 and Trigger.ACCEPTED in answers
        for ordered in (told, told[::-1]) if has_order else (told,):
            name = f"recorded: {', '.join(f'{which} {each}' for which, each in ordered)}"
            yield name, _recorded(table, world, number, hands, ordered)


def _recorded(
    table: Table, world: WalkState, number: int, hands: Hands, told: Answers
) -> WalkState:
    """As `deliveries.record` does: each answer, then what an acceptance confirms."""
    rows, after = world.rows, world
    for which, answer in told:
        rows = table.all(rows, (which,), answer, hands.attempt)
        if answer is Trigger.ACCEPTED and world.outside[which].taken:
            after = after.with_outside(which, is_known=True)
        if answer is Trigger.UNSENT:
            after = after.with_outside(which, is_seen=False)
    accepted = [place for place, (_, answer) in enumerate(told) if answer is Trigger.ACCEPTED]
    after = after._replace(rows=rows).with_hands(number, NOBODY)
    if accepted:
        since = [which for which, _ in told[accepted[-1] + 1 :]]
        earlier = [which for which in after.in_state(QUEUED) if which not in since]
        after = after._replace(rows=table.all(rows, earlier, Trigger.CONFIRMED))
    return after


def _given_back(table: Table, world: WalkState, number: int, hands: Hands) -> WalkState:
    rows = table.all(world.rows, hands.claimed, Trigger.UNSENT, hands.attempt)
    return world._replace(rows=rows).with_hands(number, NOBODY)


def _marked(world: WalkState, number: int, hands: Hands) -> WalkState:
    after = world.with_hands(number, hands._replace(is_marked=True))
    return after._replace(is_backup_behind=world.is_backup_behind or hands.is_new)


def _state(world: WalkState, which: int) -> str | None:
    row = world.rows[which]
    return row.state if row is not None else None


def _fresh_name(world: WalkState) -> int:
    """An attempt's name that nobody uses."""
    backed_up = world.backup[0] if world.backup else ()
    used = {row.attempt_id for row in (*world.rows, *backed_up) if row is not None}
    used |= {str(hands.attempt) for hands in world.hands}
    used |= {str(outside.dropped) for outside in world.outside}
    return next(number for number in range(1, HELD) if str(number) not in used)
