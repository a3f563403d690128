"""Go through every state that can be reached, each once, and look whether the invariants hold."""

from tests.sending.walk.invariants import Forbidden, broken
from tests.sending.walk.state import (
    HELD,
    NOBODY,
    TWO,
    Hands,
    Model,
    Rows,
    Step,
    Steps,
    Table,
    WalkState,
)
from tests.sending.walk.surroundings import (
    of_backups,
    of_events,
    of_platform,
    of_staff,
    of_ticks,
)
from tests.sending.walk.watching import left_open
from tests.sending.walk.workers import of_workers

DROPPED_NAMES = 5
"""The first name of an attempt that SES dropped and that no worker holds."""


class InvariantBroken(Exception):
    """An invariant does not hold; its text says which, and how the model came there."""


class StateWalk:
    """All states of a model that can be reached, each looked at once."""

    def __init__(self, model: Model) -> None:
        self._model, self._table = model, Table(model)
        self._came_from: dict[WalkState, Step] = {model.start: ("", model.start)}
        self._met: set[WalkState] = set()
        self.edges = 0

    def run(self) -> int:
        """Visit every state; returns how many.

        Raises:
            InvariantBroken: one does not hold in a state.
        """
        front = [self._model.start]
        while front:
            front = [after for world in front for after in self._next(world)]
        return len(self._came_from)

    def _next(self, world: WalkState) -> list[WalkState]:
        """The states that were not met before, one step from here."""
        found = []
        try:
            for name, after in self._steps(world):
                self.edges += 1
                if after not in self._met:
                    self._met.add(after)
                    canonical = self._canonical(after)
                    if canonical not in self._came_from:
                        self._came_from[canonical] = (name, world)
                        self._require_unbroken(canonical)
                        found.append(canonical)
        except Forbidden as error:
            raise InvariantBroken(f"{error}: {self._path(world)}") from None
        return found

    def _steps(self, world: WalkState) -> Steps:
        given = self._model, self._table, world
        yield from of_workers(*given)
        yield from of_events(*given)
        yield from of_ticks(*given)
        yield from of_staff(*given)
        yield from of_platform(*given)
        if self._model.restores:
            yield from of_backups(*given)

    def _require_unbroken(self, world: WalkState) -> None:
        if wrong := broken(world) or left_open(self._table, world):
            raise InvariantBroken(f"{wrong}: {self._path(world)}")

    def _path(self, world: WalkState) -> str:
        names = []
        while (step := self._came_from[world])[0]:
            names.append(step[0])
            world = step[1]
        return ", then ".join(reversed(names))

    def _canonical(self, world: WalkState) -> WalkState:
        """Workers and alike deliveries have no names: one of the states that differ by those."""
        named = self._by_workers(world)
        if self._model.start is not TWO:
            return named
        return min(named, self._by_workers(_swapped(world)), key=_order)

    def _by_workers(self, world: WalkState) -> WalkState:
        """The busier worker is the first, and attempts are named after who holds them."""
        first, second = world.hands
        if first[1:] < second[1:]:
            first, second = second, first
        names = {}
        for name, mail in enumerate(world.outside, DROPPED_NAMES):
            if mail.dropped:
                names[str(mail.dropped)] = str(name)
        for name, hands in enumerate((first, second), 1):
            if hands != NOBODY:
                names[str(hands.attempt)] = str(name)
        outside = tuple(
            each._replace(dropped=int(names[str(each.dropped)])) if each.dropped else each
            for each in world.outside
        )
        return world._replace(
            hands=(_renamed(first, 1), _renamed(second, 2)),
            rows=self._named(world.rows, names),
            outside=outside,
        )

    def _named(self, rows: Rows, names: dict[str, str]) -> Rows:
        return tuple(
            row and self._table.named(row, names.get(row.attempt_id or "", str(HELD)))
            for row in rows
        )


def _renamed(hands: Hands, number: int) -> Hands:
    return hands if hands.attempt in (0, number) else hands._replace(attempt=number)


def _swapped(world: WalkState) -> WalkState:
    """The two deliveries under each other's number."""
    hands = tuple(
        each._replace(
            claimed=each.claimed if len(each.claimed) == 2 else tuple(1 - n for n in each.claimed),
            taken=each.taken[::-1],
        )
        for each in world.hands
    )
    return world._replace(rows=world.rows[::-1], outside=world.outside[::-1], hands=hands)


def _order(world: WalkState) -> tuple[object, ...]:
    return tuple(map(id, world.rows)), world.outside, world.hands
