"""The model is walked completely, and a walk without one of the table's guards finds the fault."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from campaigns.models import DeliveryState
from campaigns.sending import transitions
from campaigns.sending.transitions import (
    FAILED,
    NO_LINKS,
    OPEN,
    QUEUED,
    SENDING,
    SENT,
    UNKNOWN,
    DeliveryRow,
    NotListed,
    Transition,
    Trigger,
    follow,
)
from tests.sending.walk import InvariantBroken, StateWalk

Change = Callable[[Transition], Transition]


@pytest.mark.parametrize("restores", [False, True])
def test_no_state_that_can_be_reached_mails_anybody_twice_or_leaves_anybody_open(
    restores: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    walk = StateWalk(restores=restores)
    states = walk.run()
    with capsys.disabled():
        print(f"\nwalked {states:,} states by {walk.edges:,} steps ({restores=})")
    assert states > 1_000


def unconditionally(row: Transition) -> Transition:
    return replace(row, when=())


def to(state: DeliveryState) -> Change:
    return lambda row: replace(row, after=state)


def keeping_the_links(row: Transition) -> Transition:
    kept = {name: value for name, value in (row.sets or {}).items() if name not in NO_LINKS}
    return replace(row, sets=kept)


def ignored(row: Transition) -> Transition:
    return replace(row, after=row.before, sets=None)


FAULTS: dict[str, tuple[Trigger, tuple[str, ...], Change, bool]] = {
    "a give-back frees another worker's mail": (
        Trigger.UNSENT,
        (SENDING, UNKNOWN),
        unconditionally,
        False,
    ),
    "a refusal is taken for another attempt's": (
        Trigger.REFUSED,
        (SENDING, UNKNOWN),
        unconditionally,
        False,
    ),
    "a lost answer counts as not sent": (Trigger.UNCERTAIN, (SENDING,), to(QUEUED), False),
    "a lost answer counts as sent": (Trigger.UNCERTAIN, (SENDING,), to(SENT), False),
    "a throttled mail counts as sent": (Trigger.UNSENT, (SENDING,), to(SENT), False),
    "an expired lease counts as not sent": (Trigger.EXPIRED, (SENDING,), to(QUEUED), False),
    "proof of an earlier attempt is ignored in the queue": (
        Trigger.HEARD,
        (QUEUED,),
        ignored,
        False,
    ),
    "a frozen worker's success is ignored in the queue": (
        Trigger.ACCEPTED,
        (QUEUED,),
        ignored,
        False,
    ),
    "a sent mail keeps its links": (Trigger.ACCEPTED, (SENDING,), keeping_the_links, False),
    "a cancelled mail keeps its links": (Trigger.CANCELLED, (QUEUED,), keeping_the_links, False),
    "a cancelled month keeps what is queued": (Trigger.CANCELLED, (QUEUED,), ignored, False),
    "a cancelled month keeps what is unknown": (Trigger.CANCELLED, (UNKNOWN,), ignored, False),
    "a month that is over keeps what is queued": (Trigger.TOO_LATE, (QUEUED,), ignored, False),
    "a refusal is final at once": (Trigger.REFUSED, (SENDING,), to(FAILED), False),
    "a restore holds nothing": (Trigger.QUARANTINED, OPEN, ignored, True),
    "a restore holds only what was under way": (Trigger.QUARANTINED, (QUEUED,), ignored, True),
    "what a restore holds is settled by absence": (
        Trigger.RESENT,
        (UNKNOWN,),
        unconditionally,
        True,
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_walk_finds_a_broken_guard(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    trigger, states, change, restores = FAULTS[fault]
    planted = tuple(
        change(row) if row.trigger is trigger and row.before in states and not row.is_void else row
        for row in transitions.TABLE
    )
    monkeypatch.setattr(transitions, "TABLE", planted)
    with pytest.raises(InvariantBroken):
        StateWalk(restores=restores).run()


@pytest.mark.parametrize(
    ("state", "trigger"),
    [(SENT, Trigger.CLAIMED), (SENDING, Trigger.CLAIMED), (SENT, Trigger.RESENT)],
)
def test_what_is_not_listed_is_refused_loudly(state: DeliveryState, trigger: Trigger) -> None:
    with pytest.raises(NotListed, match=f"{trigger} of a delivery that is {state}"):
        follow(DeliveryRow(state=state), trigger, now=1, attempt="a")
