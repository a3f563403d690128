"""What must hold in every state of a model, and what one event may do to a row at most."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from campaigns.models import Cause
from campaigns.sending.terms import Trigger
from campaigns.sending.transitions import FAILED, SENT, SETTLED, SKIPPED
from tests.sending.in_memory import DeliveryRow

if TYPE_CHECKING:
    from tests.sending.walk.state import WalkOutside, WalkState


class Forbidden(Exception):
    """An event did what it never may; the text says what."""


Judgement = Callable[[DeliveryRow, DeliveryRow, str], bool]


def _is_of_the_attempt(before: DeliveryRow, _after: DeliveryRow, attempt: str) -> bool:
    return before.attempt_id == attempt


def _was_refused(before: DeliveryRow, _after: DeliveryRow, _attempt: str) -> bool:
    return before.refused_at is not None


def _may_be_claimed(before: DeliveryRow, _after: DeliveryRow, _attempt: str) -> bool:
    return before.refused_at is None and (before.not_before or 0) <= 1


def _is_failed_if_tried(before: DeliveryRow, after: DeliveryRow, _attempt: str) -> bool:
    return (after.state == SKIPPED) == (before.not_before is None)


def _is_what_ses_dropped(before: DeliveryRow, _after: DeliveryRow, attempt: str) -> bool:
    return before.attempt_id == attempt or before.cause == Cause.RESTORED


MAY: Mapping[Trigger, tuple[str, Judgement]] = {
    **dict.fromkeys(
        (Trigger.REFUSED, Trigger.FALTERED, Trigger.UNSENT, Trigger.UNCERTAIN, Trigger.SUPPRESSED),
        ("an answer to one attempt moved another's mail", _is_of_the_attempt),
    ),
    Trigger.CONFIRMED: ("a mail failed that SES had not refused", _was_refused),
    Trigger.RELEASED: ("a resume moved a mail that SES had not refused", _was_refused),
    Trigger.CLAIMED: ("a claim of a mail that waits or was refused", _may_be_claimed),
    Trigger.TOO_LATE: ("too late: tried means failed, untried skipped", _is_failed_if_tried),
    Trigger.NEVER_LEFT: ("an event Reject failed another attempt's mail", _is_what_ses_dropped),
}
"""Of an event that changes a row, what has to be so; the text says what was done if it is not."""


def require_allowed(
    before: DeliveryRow, trigger: Trigger, after: DeliveryRow, attempt: str
) -> None:
    """Judge one change of one row.

    Raises:
        Forbidden: the event may not do this.
    """
    if trigger in MAY and after is not before:
        forbidden, is_allowed = MAY[trigger]
        if not is_allowed(before, after, attempt):
            raise Forbidden(forbidden)


def broken(world: "WalkState") -> str | None:
    """The invariant that does not hold in a state, if any."""
    if any(outside.is_doubled for outside in world.outside):
        return "a claim of a mail that is known to have been taken"
    for row, outside in zip(world.rows, world.outside, strict=True):
        if outside.taken > 1 + outside.is_resolved + outside.is_lost:
            return "a second mail without evidence that the first was not sent"
        if row is not None and (wrong := _wrong(row, outside, world)):
            return wrong
    return None


def _wrong(row: DeliveryRow, outside: "WalkOutside", world: "WalkState") -> str | None:
    """The invariant that one row breaks, if any."""
    if row.state in SETTLED and (row.reply_link or row.stop_link):
        return "a link after a terminal state"
    if outside.is_erased and (row.state not in SETTLED or row.address in ("", "new")):
        return "what was erased is open, or has its address again"
    if row.state == SENT and not (outside.taken or outside.dropped):
        return "sent, and SES never took it"
    if outside.is_dropped and row.state != FAILED:
        return "what SES dropped does not count as failed any more"
    if row.state not in SETTLED and world.month == "ended":
        return "a month that has ended has a mail open"
    is_blamed = row.state == FAILED and row.cause == Cause.FAILED and world.month == "sending"
    if is_blamed and not any(each.taken or each.dropped for each in world.outside):
        return "failed for the message's fault"
    return None
