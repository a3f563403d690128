"""A state of the model, and the models: which of all that may happen does happen in each."""

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, replace
from typing import NamedTuple

from campaigns.models import Cause
from campaigns.models.causes import NEVER_LEFT
from campaigns.sending.terms import Trigger
from campaigns.sending.transitions import QUEUED, SENDING, SENT, SETTLED, UNKNOWN
from tests.sending.in_memory import DeliveryRow, follow
from tests.sending.walk.invariants import require_allowed

LISTED, ON, CANCELLED, OVER, ENDED = "handing over", "sending", "cancelled", "over", "ended"
"""A month: its list is coming, it is sent, it is cancelled, its last moment passed, it is over."""
ERASED = "erased"
"""What is left of an address."""
HELD = 9
"""The attempt of a row whose worker is gone, so that no answer to it can come."""
NOW, LATER = 1, 2
"""The only two moments: a wait that is over, and one that is not."""


@dataclass(frozen=True, slots=True, eq=False)
class Known(DeliveryRow):
    """A row that is met again and again: one object each, told apart by identity."""

    __eq__ = object.__eq__
    __hash__ = object.__hash__


class Hands(NamedTuple):
    """What one worker has: an attempt at some deliveries, and once posted, what SES did with each.

    `is_marked` once the mark outside was raised; `is_new`: claimed since the backup. `taken` has
    one of `NOT_TAKEN`, `TAKEN` and `DROPPED` for each delivery.
    """

    attempt: int = 0
    claimed: tuple[int, ...] = ()
    is_marked: bool = False
    is_stale: bool = False
    is_new: bool = False
    taken: tuple[int, ...] = ()


NOT_TAKEN, TAKEN, DROPPED = 0, 1, 2
"""Whether SES took an entry; `DROPPED`: it did, and then did not send it (its event Reject)."""


class WalkOutside(NamedTuple):
    """Of one delivery, what is so outside the database.

    How often SES sent it, whether an event is on its way, was lost or came, and the attempt that
    SES took and dropped. `is_seen`: SES was asked, and may have sent it; `sent_to`: the address;
    `is_erased`: nothing of the address is left.
    """

    taken: int = 0
    is_told: bool = False
    is_lost: bool = False
    is_known: bool = False
    is_resolved: bool = False
    is_doubled: bool = False
    is_seen: bool = False
    is_stopped: bool = False
    dropped: int = 0
    is_dropped: bool = False
    sent_to: str = ""
    is_erased: bool = False


Rows = tuple[DeliveryRow | None, ...]


class WalkState(NamedTuple):
    """A state of the model. A row that was deleted is None. `backup` is (rows, month)."""

    rows: Rows
    outside: tuple[WalkOutside, ...]
    hands: tuple[Hands, ...]
    month: str = ON
    backup: tuple[Rows, str] | None = None
    was_restored: bool = False
    is_backup_behind: bool = False
    is_behind: bool = False

    def listed(self) -> Iterator[tuple[int, DeliveryRow]]:
        """The deliveries that have a row."""
        return ((number, row) for number, row in enumerate(self.rows) if row is not None)

    def in_state(self, *states: str) -> list[int]:
        """The deliveries in one of these states."""
        return [number for number, row in self.listed() if row.state in states]

    def with_hands(self, number: int, hands: Hands) -> "WalkState":
        """One worker's hands changed."""
        held = list(self.hands)
        held[number] = hands
        return self._replace(hands=tuple(held))

    def with_outside(self, number: int, **changes: object) -> "WalkState":
        """What is so of one delivery outside the database, changed."""
        outside = list(self.outside)
        outside[number] = outside[number]._replace(**changes)  # type: ignore[arg-type]
        return self._replace(outside=tuple(outside))


Step = tuple[str, WalkState]
Steps = Iterator[Step]
NOBODY = Hands()
FIRST = Known()
DONE = Known(state=SENT, reply_link=None, stop_link=None)
IDLE = (NOBODY, NOBODY)
TWO = WalkState((FIRST, FIRST), (WalkOutside(), WalkOutside()), IDLE)
ONE_AND_A_SENT_ONE = WalkState(
    (FIRST, DONE), (WalkOutside(), WalkOutside(taken=1, is_known=True)), IDLE
)
ONE_LISTED = WalkState((FIRST,), (WalkOutside(),), IDLE, LISTED)
POSTED = WalkOutside(taken=1, is_told=True, is_seen=True)
ONE_FORGOTTEN = WalkState((FIRST,), (POSTED,), IDLE, was_restored=True, is_behind=True)
"""Of before its claim, after a restore: SES has the mail, and the database does not know it."""


class Model(NamedTuple):
    """Where a walk begins, and what may happen beside claims, posts, answers, events and staff.

    A backup may be restored; events may never come, or only after the grace; SES may drop what it
    took; a wait may last; the platform lists and stops mails, and the month is purged; an address
    changes, or is erased.
    """

    start: WalkState
    restores: bool = False
    loses_events: bool = False
    drops: bool = False
    waits: bool = False
    has_platform: bool = False
    readdresses: bool = False
    erases: bool = False


MODELS = {
    "batches of two": Model(TWO),
    "one mail": Model(
        ONE_LISTED,
        loses_events=True,
        drops=True,
        waits=True,
        has_platform=True,
        readdresses=True,
    ),
    "a restored backup": Model(ONE_AND_A_SENT_ONE, restores=True, drops=True),
    "an address after a restore": Model(ONE_FORGOTTEN, readdresses=True, loses_events=True),
    "an address that is erased": Model(
        ONE_LISTED, loses_events=True, drops=True, waits=True, has_platform=True, erases=True
    ),
}
"""What one of them leaves out is in another; together they would be more than can be walked."""


class Table:
    """What the table of transitions makes of the rows of a model, remembered."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._known: dict[tuple[object, ...], DeliveryRow] = {
            astuple(row): row for row in (FIRST, DONE)
        }
        self._followed: dict[tuple[DeliveryRow, Trigger, int], DeliveryRow | None] = {}

    def all(self, rows: Rows, chosen: Iterable[int], trigger: Trigger, attempt: int = 0) -> Rows:
        """The rows after an event at some of them.

        Raises:
            Forbidden: it does what it never may.
        """
        after = list(rows)
        for number in chosen:
            if (row := rows[number]) is not None:
                after[number] = self._follow(row, trigger, attempt)
        return tuple(after)

    def named(self, row: DeliveryRow, name: str) -> DeliveryRow:
        """Under another name of its attempt; a queued row's attempt can bring no answer."""
        if row.attempt_id in (None, name):
            return row
        is_forgotten = row.state == QUEUED and not self._model.readdresses
        return self._one(replace(row, attempt_id=None if is_forgotten else name))

    def waited(self, row: DeliveryRow) -> DeliveryRow:
        """Once its wait is over."""
        return self._one(replace(row, not_before=NOW))

    def _follow(self, row: DeliveryRow, trigger: Trigger, attempt: int) -> DeliveryRow | None:
        key = row, trigger, attempt
        if key not in self._followed:
            given = {
                "now": NOW,
                "attempt": str(attempt),
                "not_before": LATER if self._model.waits else NOW,
                "cause": Cause.REJECTED if trigger is Trigger.NEVER_LEFT else Cause.FAILED,
                "address": ERASED if trigger is Trigger.ERASED else "new",
                "reply_link": "reply",
                "stop_link": "stop",
                "message_id": None,
                "feedback": None,
            }
            after = follow(row, trigger, **given)
            if after is not None:
                after = row if astuple(after) == astuple(row) else after
                require_allowed(row, trigger, after, str(attempt))
            self._followed[key] = self._plain(after) if after not in (None, row) else after
        return self._followed[key]

    def _plain(self, row: DeliveryRow) -> DeliveryRow:
        """Without what only counts or only says when."""
        is_settled = row.state in SETTLED
        attempt = str(HELD) if row.attempt_id == Cause.RESTORED else row.attempt_id
        keeps_attempt = not is_settled or (self._model.drops and row.state == SENT)
        plain = replace(
            row,
            cause=row.cause if _is_telling(row) else None,
            resent=row.resent and not is_settled,
            attempts=min(row.attempts, 2) if self._model.readdresses and not is_settled else 0,
            claimed_at=None,
            since=None,
            attempt_id=attempt if keeps_attempt else None,
        )
        return self._one(plain)

    def _one(self, row: DeliveryRow) -> DeliveryRow:
        return self._known.setdefault(astuple(row), row)


def _is_telling(row: DeliveryRow) -> bool:
    """Whether anything depends on why a row is as it is."""
    if row.state == UNKNOWN:
        return row.cause == Cause.RESTORED
    return row.state != SENDING and row.cause in (Cause.RESTORED, Cause.FAILED, *NEVER_LEFT)
