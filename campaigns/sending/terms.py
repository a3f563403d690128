"""What a row of the table of transitions is written with: events, conditions and values. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from campaigns.models import DeliveryState


class Trigger(StrEnum):
    """What may happen to a delivery."""

    CLAIMED = "claimed"
    SUPPRESSED = "suppressed"
    ACCEPTED = "accepted"
    HEARD = "heard of"
    NEVER_LEFT = "never left SES"
    REFUSED = "refused"
    CONFIRMED = "refusal confirmed"
    FALTERED = "transient failure"
    UNSENT = "not sent"
    UNCERTAIN = "answer lost"
    EXPIRED = "lease expired"
    RESENT = "settled by absence"
    ORDERED_AGAIN = "staff: send"
    LEFT = "staff: leave"
    RELEASED = "staff: resume"
    CANCELLED = "month cancelled"
    TOO_LATE = "month too late"
    QUARANTINED = "database restored"
    READDRESSED = "address changed"
    ERASED = "address erased"
    DISCARDED = "list handed over anew"
    PURGED = "retention ended"


@dataclass(frozen=True, slots=True)
class Given:
    """A value that whoever reports the event brings along: `now`, `attempt`, `cause`, …"""

    name: str


@dataclass(frozen=True, slots=True)
class Plus:
    """The column's own number and this."""

    number: int


@dataclass(frozen=True, slots=True)
class OrElse:
    """The column's own value, or this one where it has none."""

    value: object


class Op(StrEnum):
    """How a column is compared. `NOT_AFTER` holds for an empty column, too."""

    IS = "is"
    IS_NOT = "is not"
    NOT_AFTER = "is not after"


@dataclass(frozen=True, slots=True)
class Guard:
    """A column compared with None, a constant or a `Given`; with a tuple: with any of these."""

    column: str
    value: object
    op: Op = Op.IS


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table. `after` is None where the delivery's row is deleted."""

    before: DeliveryState
    trigger: Trigger
    after: DeliveryState | None
    evidence: str
    when: tuple[Guard, ...] = ()
    sets: Mapping[str, object] | None = None

    @property
    def is_void(self) -> bool:
        """Whether the event changes nothing in this state: it is allowed and comes too late."""
        return self.after == self.before and not self.sets
