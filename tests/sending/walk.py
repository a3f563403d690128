"""A small model of the sending, walked completely, breadth first, over the real table.

Two deliveries, two workers, SES, its events, staff, a backup. Each change of a delivery is what
`transitions.follow` makes of it; the model only decides what happens when. Where the engine asks
before it acts (may this be posted, is the database behind the mark), the model asks the same.

What is left out: moments (a wait is over or not at any time), and the health of the feed. An event
is never later than the grace and never lost: ADR 0008 says what happens then.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from itertools import product
from typing import NamedTuple

from campaigns.models import Cause
from campaigns.sending import transitions
from campaigns.sending.transitions import (
    FAILED,
    QUEUED,
    SENDING,
    SENT,
    SETTLED,
    UNKNOWN,
    DeliveryRow,
    Trigger,
)

ON, CANCELLED, OVER, ENDED = "sending", "cancelled", "over", "ended"
ANSWERS = {
    True: (Trigger.ACCEPTED, Trigger.UNCERTAIN),
    False: (Trigger.UNCERTAIN, Trigger.REFUSED, Trigger.FALTERED, Trigger.UNSENT),
}
"""What may be recorded of an entry that SES took, and of one that it did not take."""
CLOSED_BY = {CANCELLED: Trigger.CANCELLED, OVER: Trigger.TOO_LATE, ENDED: Trigger.TOO_LATE}
HELD = 9
"""The attempt of a row that was held after a restore and never claimed."""


@dataclass(frozen=True, slots=True, eq=False)
class Known(DeliveryRow):
    """A row that is met again and again: one object each, told apart by identity."""

    __eq__ = object.__eq__
    __hash__ = object.__hash__


class Hands(NamedTuple):
    """What one worker has: an attempt at some deliveries, and once posted, which SES took.

    `is_marked` once the mark outside was raised; `is_new`: claimed since the backup.
    """

    attempt: int = 0
    claimed: tuple[int, ...] = ()
    is_marked: bool = False
    is_stale: bool = False
    is_new: bool = False
    taken: tuple[bool, ...] = ()


class WalkOutside(NamedTuple):
    """Of one delivery: how often SES took it, its event on its way, evidence that came in."""

    taken: int = 0
    is_told: bool = False
    is_known: bool = False
    is_resolved: bool = False
    is_doubled: bool = False


class WalkState(NamedTuple):
    """A state of the model. `backup` is (rows, month) or what became of it."""

    rows: tuple[DeliveryRow, ...]
    outside: tuple[WalkOutside, ...]
    hands: tuple[Hands, ...]
    month: str = ON
    backup: tuple[tuple[DeliveryRow, ...], str] | None = None
    was_restored: bool = False
    is_backup_behind: bool = False
    is_behind: bool = False


class InvariantBroken(Exception):
    """An invariant does not hold; its text says which, and how the model came there."""


NOBODY = Hands()
KNOWN: dict[tuple[object, ...], DeliveryRow] = {}
FIRST = Known()
START = WalkState((FIRST, FIRST), (WalkOutside(), WalkOutside()), (NOBODY, NOBODY))
DONE = Known(state=SENT, reply_link=None, stop_link=None)
ONE_OPEN = WalkState(
    (FIRST, DONE), (WalkOutside(), WalkOutside(taken=1, is_known=True)), (NOBODY, NOBODY)
)
"""Where a backup may be restored: what that does concerns each delivery by itself."""
Step = tuple[str, WalkState]


class StateWalk:
    """All states that can be reached, each looked at once.

    With `restores` a backup may be restored, and one of the two deliveries is sent already.
    """

    def __init__(self, *, restores: bool = False) -> None:
        self._start, self._restores = (ONE_OPEN if restores else START), restores
        self._followed: dict[tuple[DeliveryRow, Trigger, int], DeliveryRow] = {}
        self.edges = 0

    def run(self) -> int:
        """Visit every state; returns how many.

        Raises:
            Broken: an invariant does not hold in one of them.
        """
        front, came_from = [self._start], {self._start: ("", self._start)}
        while front:
            found: list[WalkState] = []
            for world in front:
                for name, after in self._steps(world):
                    self.edges += 1
                    canonical = _canonical(after)
                    if canonical in came_from:
                        continue
                    came_from[canonical] = (name, world)
                    if broken := self._broken(canonical):
                        raise InvariantBroken(f"{broken}: {_path(came_from, canonical)}")
                    found.append(canonical)
            front = found
        return len(came_from)

    def _steps(self, world: WalkState) -> Iterator[Step]:
        yield from self._of_workers(world)
        yield from self._of_events(world)
        yield from self._of_ticks(world)
        yield from self._of_staff(world)
        if self._restores:
            yield from self._of_backups(world)

    def _of_workers(self, world: WalkState) -> Iterator[Step]:
        for number, hands in enumerate(world.hands):
            if hands == NOBODY:
                if number == 0 or world.hands[0] != NOBODY:
                    yield from self._claims(world, number)
                continue
            yield "a worker dies", _with_hands(world, number, NOBODY)
            if hands.taken:
                yield from self._records(world, number, hands)
                continue
            yield "a claim is given back", self._given_back(world, number, hands)
            if not hands.is_marked:
                yield "the mark is raised", _marked(world, number, hands)
            elif not hands.is_stale and world.month == ON:
                yield from self._posts(world, number, hands)

    def _claims(self, world: WalkState, number: int) -> Iterator[Step]:
        world = self._watched(world)
        if world.month != ON:
            return
        attempt = _fresh_name(world)
        for chosen in ((0,), (1,), (0, 1)):
            if any(world.rows[n].state != QUEUED for n in chosen):
                continue
            rows = self._all(world.rows, chosen, Trigger.CLAIMED, attempt)
            claimed = tuple(n for n in chosen if rows[n] is not world.rows[n])
            if claimed == chosen:
                hands = Hands(attempt, chosen, not self._restores, is_new=world.backup is not None)
                outside = tuple(
                    each._replace(is_doubled=each.is_known and n in chosen)
                    for n, each in enumerate(world.outside)
                )
                after = world._replace(rows=rows, outside=outside)
                yield "a claim", _with_hands(after, number, hands)

    def _posts(self, world: WalkState, number: int, hands: Hands) -> Iterator[Step]:
        for taken in product((True, False), repeat=len(hands.claimed)):
            outside = list(world.outside)
            for which, is_taken in zip(hands.claimed, taken, strict=True):
                if is_taken:
                    number_taken = outside[which].taken + 1
                    outside[which] = outside[which]._replace(taken=number_taken, is_told=True)
            after = _with_hands(world, number, hands._replace(taken=taken))
            yield f"a post, taken: {taken}", after._replace(outside=tuple(outside))

    def _records(self, world: WalkState, number: int, hands: Hands) -> Iterator[Step]:
        """Every answer to each entry, in either order of the entries."""
        entries = tuple(zip(hands.claimed, hands.taken, strict=True))
        for ordered in {entries, entries[::-1]}:
            for answers in product(*(ANSWERS[is_taken] for _, is_taken in ordered)):
                told = [(which, each) for (which, _), each in zip(ordered, answers, strict=True)]
                name = f"recorded: {', '.join(f'{which} {each}' for which, each in told)}"
                yield name, self._recorded(world, number, hands.attempt, told)

    def _recorded(
        self, world: WalkState, number: int, attempt: int, told: Sequence[tuple[int, Trigger]]
    ) -> WalkState:
        """As `deliveries.record` does: each answer, then what an acceptance confirms."""
        rows, outside = world.rows, list(world.outside)
        for which, answer in told:
            rows = self._all(rows, (which,), answer, attempt)
            if answer is Trigger.ACCEPTED:
                outside[which] = outside[which]._replace(is_known=True)
        accepted = [place for place, (_, answer) in enumerate(told) if answer is Trigger.ACCEPTED]
        if accepted:
            since = [which for which, _ in told[accepted[-1] + 1 :]]
            earlier = [n for n, row in enumerate(rows) if n not in since and row.refused_at]
            rows = self._all(rows, earlier, Trigger.CONFIRMED)
        world = world._replace(rows=rows, outside=tuple(outside))
        return _with_hands(world, number, NOBODY)

    def _given_back(self, world: WalkState, number: int, hands: Hands) -> WalkState:
        rows = self._all(world.rows, hands.claimed, Trigger.UNSENT, hands.attempt)
        return _with_hands(world._replace(rows=rows), number, NOBODY)

    def _of_events(self, world: WalkState) -> Iterator[Step]:
        """Early, late, twice: an event that was taken may come again. Never: nobody has to take it.

        A poll raises the mark, so that a backup of before it is behind.
        """
        for which, outside in enumerate(world.outside):
            if outside.taken and world.rows[which] is not DONE:
                seen = self._watched(world)
                rows = self._all(seen.rows, (which,), Trigger.HEARD, 1)
                told = list(seen.outside)
                told[which] = outside._replace(is_told=False, is_known=True)
                after = seen._replace(rows=rows, outside=tuple(told))
                yield (
                    "an event",
                    after._replace(
                        is_backup_behind=world.backup is not None and not world.was_restored
                    ),
                )

    def _of_ticks(self, world: WalkState) -> Iterator[Step]:
        world = self._watched(world)
        for which, row in enumerate(world.rows):
            if row.state == SENDING:
                rows = self._all(world.rows, (which,), Trigger.EXPIRED)
                yield "a lease runs out", _stale(world._replace(rows=rows), row)
            if row.state == UNKNOWN and world.month == ON and not world.outside[which].is_told:
                rows = self._all(world.rows, (which,), Trigger.RESENT)
                yield "settled by absence", world._replace(rows=rows)
        if world.month == ON and _only_refused(world.rows):
            refused = [n for n, row in enumerate(world.rows) if row.refused_at]
            if any(row.state == SENT for row in world.rows):
                yield (
                    "refusals end",
                    world._replace(rows=self._all(world.rows, refused, Trigger.CONFIRMED)),
                )
            else:
                yield "everybody was refused", self._resumed(world)
        if world.month == ON:
            yield "the last moment passes", world._replace(month=OVER)
        yield "a tick", self._ticked(world)

    def _ticked(self, world: WalkState) -> WalkState:
        """Close what is over, and finish a month of which nothing is open."""
        why = {CANCELLED: Trigger.CANCELLED, OVER: Trigger.TOO_LATE, ENDED: Trigger.TOO_LATE}.get(
            world.month
        )
        rows = world.rows
        if why is not None:
            states = (QUEUED, UNKNOWN) if why is Trigger.CANCELLED else (QUEUED,)
            chosen = [n for n, row in enumerate(rows) if row.state in states]
            rows = self._all(rows, chosen, why)
        is_over = all(row.state in SETTLED for row in rows) and world.month != CANCELLED
        return world._replace(rows=rows, month=ENDED if is_over else world.month)

    def _of_staff(self, world: WalkState) -> Iterator[Step]:
        """A pause in which nothing else happens is nothing; what matters is what a resume does."""
        if world.month == ON:
            yield "staff pause and resume", self._resumed(world)
        if world.month in (ON, OVER):
            yield "staff cancel", world._replace(month=CANCELLED)
            yield from self._resolutions(world)

    def _resumed(self, world: WalkState) -> WalkState:
        refused = [n for n, row in enumerate(world.rows) if row.refused_at]
        return world._replace(rows=self._all(world.rows, refused, Trigger.RELEASED))

    def _resolutions(self, world: WalkState) -> Iterator[Step]:
        unknown = [n for n, row in enumerate(world.rows) if row.state == UNKNOWN]
        if not unknown:
            return
        yield "staff leave", world._replace(rows=self._all(world.rows, unknown, Trigger.LEFT))
        if not any(world.outside[n].is_resolved for n in unknown):
            outside = tuple(
                each._replace(is_resolved=True, is_known=False) if n in unknown else each
                for n, each in enumerate(world.outside)
            )
            rows = self._all(world.rows, unknown, Trigger.ORDERED_AGAIN)
            yield "staff send", world._replace(rows=rows, outside=outside)

    def _of_backups(self, world: WalkState) -> Iterator[Step]:
        """One backup and one restore, for which the workers are stopped (`docs/disasters.md`).

        Whoever sent a mail again stands by it, though evidence of the first is forgotten.
        """
        if world.backup is None and not world.was_restored:
            yield "a backup", world._replace(backup=(_orphaned(world.rows), world.month))
        elif world.backup is not None:
            rows, month = world.backup
            outside = tuple(
                each._replace(is_known=each.is_known and not each.is_resolved)
                for each in world.outside
            )
            yield (
                "a restore",
                world._replace(
                    rows=rows,
                    outside=outside,
                    month=month,
                    hands=(NOBODY, NOBODY),
                    backup=None,
                    was_restored=True,
                    is_behind=world.is_backup_behind,
                    is_backup_behind=False,
                ),
            )

    def _watched(self, world: WalkState) -> WalkState:
        """`restore_detection.watch`, before every claim, poll and tick."""
        if not world.is_behind:
            return world
        chosen = [n for n, row in enumerate(world.rows) if row.state in transitions.OPEN]
        if world.month not in (ON, OVER):
            chosen = []
        rows = self._all(world.rows, chosen, Trigger.QUARANTINED)
        return world._replace(rows=rows, is_behind=False)

    def _all(
        self,
        rows: tuple[DeliveryRow, ...],
        chosen: Iterable[int],
        trigger: Trigger,
        attempt: int = 0,
    ) -> tuple[DeliveryRow, ...]:
        after = list(rows)
        for which in chosen:
            after[which] = self._follow(rows[which], trigger, attempt)
        return tuple(after)

    def _follow(self, row: DeliveryRow, trigger: Trigger, attempt: int) -> DeliveryRow:
        key = row, trigger, attempt
        if key not in self._followed:
            self._followed[key] = _plain(row, trigger, attempt)
        return self._followed[key]

    def _broken(self, world: WalkState) -> str | None:
        for row, outside in zip(world.rows, world.outside, strict=True):
            if broken := _wrong(row, outside, world):
                return broken
        return self._left_open(world) if world.month in (CANCELLED, OVER) else None

    def _left_open(self, world: WalkState) -> str | None:
        """What a month that is over has open once every worker is gone and the ticks went on."""
        rows = self._watched(world).rows
        sending = [n for n, row in enumerate(rows) if row.state == SENDING]
        rows = self._all(rows, sending, Trigger.EXPIRED)
        rows = self._ticked(world._replace(rows=rows, hands=(NOBODY, NOBODY))).rows
        ends = SETTLED if world.month == CANCELLED else (*SETTLED, UNKNOWN)
        left = [row.state for row in rows if row.state not in ends]
        return f"{world.month} and never closed: {left}" if left else None


def _wrong(row: DeliveryRow, outside: WalkOutside, world: WalkState) -> str | None:
    """The invariant that one delivery breaks, if any."""
    is_refused = row.state == FAILED and row.cause == Cause.FAILED and world.month == ON
    broken = {
        "a claim of a mail that is known to have been taken": outside.is_doubled,
        "a second mail without evidence that the first was not sent": outside.taken
        > 1 + outside.is_resolved,
        "sent, and SES never took it": row.state == SENT and not outside.taken,
        "a link after a terminal state": row.state in SETTLED and (row.reply_link or row.stop_link),
        "a month that has ended has a mail open": world.month == ENDED and row.state not in SETTLED,
        "failed for the message's fault": is_refused
        and not any(each.taken for each in world.outside),
    }
    return next((name for name, is_so in broken.items() if is_so), None)


def _plain(row: DeliveryRow, trigger: Trigger, attempt: int) -> DeliveryRow:
    """A row after an event, without what only counts or only says when."""
    name = str(attempt)
    given = {"now": 1, "not_before": 1, "attempt": name, "message_id": "m", "feedback": "send"}
    after = transitions.follow(row, trigger, **given, cause=Cause.FAILED)
    if after is None:
        raise ValueError("the model deletes nothing")
    if after is row:
        return row
    attempt_id = str(HELD) if after.attempt_id == Cause.RESTORED else after.attempt_id
    matters = after.cause in (Cause.RESTORED, Cause.FAILED) and after.state != SENDING
    if after.state == UNKNOWN and after.cause != Cause.RESTORED:
        matters = False
    is_settled = after.state in SETTLED
    plain = replace(
        after,
        cause=after.cause if matters else None,
        resent=after.resent and not is_settled,
        attempts=0,
        claimed_at=None,
        since=None,
        message_id=None,
        feedback=None,
        attempt_id=None if is_settled else attempt_id,
    )
    return _known(plain)


def _only_refused(rows: tuple[DeliveryRow, ...]) -> bool:
    waiting = [row for row in rows if row.state in (QUEUED, SENDING)]
    return bool(waiting) and all(row.refused_at for row in waiting)


def _marked(world: WalkState, number: int, hands: Hands) -> WalkState:
    after = _with_hands(world, number, hands._replace(is_marked=True))
    return after._replace(is_backup_behind=world.is_backup_behind or hands.is_new)


def _stale(world: WalkState, row: DeliveryRow) -> WalkState:
    """A worker whose lease ran out does not post any more."""
    hands = tuple(
        each._replace(is_stale=True) if str(each.attempt) == row.attempt_id else each
        for each in world.hands
    )
    return world._replace(hands=hands)


def _with_hands(world: WalkState, number: int, hands: Hands) -> WalkState:
    held = list(world.hands)
    held[number] = hands
    return world._replace(hands=tuple(held))


def _fresh_name(world: WalkState) -> int:
    """An attempt's name that nobody uses."""
    backed_up = world.backup[0] if world.backup else ()
    used = {row.attempt_id for row in (*world.rows, *backed_up)}
    used |= {str(hands.attempt) for hands in world.hands}
    return next(number for number in range(1, HELD) if str(number) not in used)


def _canonical(world: WalkState) -> WalkState:
    """Workers and deliveries have no names: one of the worlds that differ by those alone."""
    return min(_by_workers(world), _by_workers(_swapped(world)), key=_order)


def _by_workers(world: WalkState) -> WalkState:
    """The busier worker is the first, and attempts are named after who holds them."""
    hands = tuple(sorted(world.hands, key=lambda each: each[1:], reverse=True))
    names = {str(each.attempt): str(number) for number, each in enumerate(hands, 1)}
    hands = tuple(
        each if each == NOBODY else each._replace(attempt=number)
        for number, each in enumerate(hands, 1)
    )
    rows = tuple(_named(row, names.get(row.attempt_id or "", str(HELD))) for row in world.rows)
    return world._replace(hands=hands, rows=rows)


def _named(row: DeliveryRow, name: str) -> DeliveryRow:
    """Under the name of whoever holds its attempt; one that nobody holds can bring no answer."""
    if row.attempt_id in (None, name):
        return row
    return _known(replace(row, attempt_id=None if row.state == QUEUED else name))


def _orphaned(rows: tuple[DeliveryRow, ...]) -> tuple[DeliveryRow, ...]:
    """Rows as a backup keeps them: no worker outlives the restore to bring an answer."""
    return tuple(_named(row, str(HELD)) for row in rows)


def _known(row: DeliveryRow) -> DeliveryRow:
    return KNOWN.setdefault(astuple(row), row)


def _swapped(world: WalkState) -> WalkState:
    """The two deliveries under each other's number."""
    hands = tuple(
        each._replace(
            claimed=each.claimed if len(each.claimed) == 2 else tuple(1 - n for n in each.claimed),
            taken=each.taken[::-1],
        )
        for each in world.hands
    )
    backup = world.backup and (world.backup[0][::-1], world.backup[1])
    rows, outside = world.rows[::-1], world.outside[::-1]
    return world._replace(rows=rows, outside=outside, hands=hands, backup=backup)


def _order(world: WalkState) -> tuple[object, ...]:
    return (
        tuple(map(id, world.rows)),
        world.outside,
        world.hands,
        id(world.backup and world.backup[0][0]),
    )


def _path(came_from: dict[WalkState, Step], world: WalkState) -> str:
    names = []
    while (step := came_from[world])[0]:
        names.append(step[0])
        world = step[1]
    return ", then ".join(reversed(names))
