"""Each model is walked completely, and a walk of a table with a fault in it finds the fault."""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from campaigns.models import DeliveryState
from campaigns.sending import transitions
from campaigns.sending.terms import Guard, Op, OrElse, Transition, Trigger
from campaigns.sending.transitions import (
    FAILED,
    NO_LINKS,
    OPEN,
    QUEUED,
    SENDING,
    SENT,
    SKIPPED,
    UNKNOWN,
)
from tests.sending.in_memory import DeliveryRow, NotListed, follow
from tests.sending.walk.state import MODELS
from tests.sending.walk.walking import InvariantBroken, StateWalk

Change = Callable[[Transition], Transition]
TWO, ONE, RESTORED, MOVED, ERASED = MODELS


@pytest.mark.timeout(900)
@pytest.mark.parametrize("model", MODELS)
def test_no_state_that_can_be_reached_mails_anybody_twice_or_leaves_anybody_open(
    model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    walked, began = StateWalk(MODELS[model]), time.process_time()
    states = walked.run()
    with capsys.disabled():
        seconds = time.process_time() - began
        print(f"\n{model}: {states:,} states by {walked.edges:,} steps in {seconds:.0f} s")
    assert states > 500


def walk(models: Iterable[str]) -> None:
    """Walk one after the other, until one finds a fault."""
    for model in models:
        StateWalk(MODELS[model]).run()


def plant(
    monkeypatch: pytest.MonkeyPatch, trigger: Trigger, change: Change, *, voids: bool = False
) -> None:
    """Change every row for one event; those that change nothing only with `voids`."""
    table = tuple(
        change(row) if row.trigger is trigger and (voids or not row.is_void) else row
        for row in transitions.TABLE
    )
    monkeypatch.setattr(transitions, "TABLE", table)


GUARDS = sorted(
    {(row.trigger, guard) for row in transitions.TABLE for guard in row.when},
    key=lambda each: (each[0], each[1].column, each[1].op),
)
SAME_WITHOUT = {
    (Trigger.SUPPRESSED, "attempt_id", Op.IS): "asked only of rows that this claim has just taken",
    (Trigger.HEARD, "cause", Op.IS): "reached only by what the guard of the row above refused",
    (Trigger.TOO_LATE, "not_before", Op.IS_NOT): "the same",
    (Trigger.READDRESSED, "attempt_id", Op.IS): "whoever has an attempt has been counted, too",
}
"""Guards that refuse what nobody asks; they are kept because each says what its row means."""


@pytest.mark.parametrize(
    ("trigger", "guard"),
    [each for each in GUARDS if (each[0], each[1].column, each[1].op) not in SAME_WITHOUT],
    ids=lambda each: each.column if isinstance(each, Guard) else each,
)
def test_the_walk_finds_each_guard_that_is_missing(
    trigger: Trigger, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unguarded(row: Transition) -> Transition:
        return replace(row, when=tuple(each for each in row.when if each != guard))

    plant(monkeypatch, trigger, unguarded)
    models = (TWO,) if trigger is Trigger.CONFIRMED else (MOVED, ONE)
    with pytest.raises(InvariantBroken):
        walk(models)


def to(state: DeliveryState) -> Change:
    return lambda row: replace(row, after=state)


def keeping_the_links(row: Transition) -> Transition:
    kept = {name: value for name, value in (row.sets or {}).items() if name not in NO_LINKS}
    return replace(row, sets=kept)


def ignored(row: Transition) -> Transition:
    return replace(row, after=row.before, sets=None)


def uncounted(row: Transition) -> Transition:
    return replace(row, sets={**(row.sets or {}), "attempts": OrElse(0)})


FAULTS: dict[str, tuple[str, Trigger, tuple[str, ...], Change]] = {
    "a lost answer counts as not sent": (ONE, Trigger.UNCERTAIN, (SENDING,), to(QUEUED)),
    "a lost answer counts as sent": (ONE, Trigger.UNCERTAIN, (SENDING,), to(SENT)),
    "a throttled mail counts as sent": (ONE, Trigger.UNSENT, (SENDING,), to(SENT)),
    "an expired lease counts as not sent": (ONE, Trigger.EXPIRED, (SENDING,), to(QUEUED)),
    "proof of an attempt is ignored in the queue": (ONE, Trigger.HEARD, (QUEUED,), ignored),
    "a late success is ignored in the queue": (ONE, Trigger.ACCEPTED, (QUEUED,), ignored),
    "what SES dropped counts as sent again": (ONE, Trigger.HEARD, (FAILED,), to(SENT)),
    "a suppressed mail is sent": (ONE, Trigger.SUPPRESSED, (SENDING,), ignored),
    "a sent mail keeps its links": (ONE, Trigger.ACCEPTED, (SENDING,), keeping_the_links),
    "a dropped mail keeps its links": (ONE, Trigger.NEVER_LEFT, (SENDING,), keeping_the_links),
    "a cancelled mail keeps its links": (ONE, Trigger.CANCELLED, (QUEUED,), keeping_the_links),
    "a cancelled month keeps what is queued": (ONE, Trigger.CANCELLED, (QUEUED,), ignored),
    "a cancelled month keeps what is unknown": (ONE, Trigger.CANCELLED, (UNKNOWN,), ignored),
    "a month that is over keeps what is queued": (ONE, Trigger.TOO_LATE, (QUEUED,), ignored),
    "a list begun afresh keeps old mail": (ONE, Trigger.DISCARDED, (QUEUED,), to(QUEUED)),
    "a refusal is final at once": (TWO, Trigger.REFUSED, (SENDING,), to(FAILED)),
    "a restore holds nothing": (RESTORED, Trigger.QUARANTINED, OPEN, ignored),
    "a restore holds only what was under way": (
        RESTORED,
        Trigger.QUARANTINED,
        (QUEUED,),
        ignored,
    ),
    "an erased mail stays in the queue": (ERASED, Trigger.ERASED, (QUEUED,), to(QUEUED)),
    "an erased mail may be sent again": (ERASED, Trigger.ERASED, (UNKNOWN,), to(UNKNOWN)),
    "an erasure takes a mail from its worker": (ERASED, Trigger.ERASED, (SENDING,), to(SKIPPED)),
    "an erased address stays with a sent mail": (ERASED, Trigger.ERASED, (SENT,), ignored),
    "what a restore holds was never tried": (MOVED, Trigger.QUARANTINED, (QUEUED,), uncounted),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_walk_finds_a_fault_in_the_table(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model, trigger, states, change = FAULTS[fault]

    def planted(row: Transition) -> Transition:
        return change(row) if row.before in states else row

    plant(monkeypatch, trigger, planted, voids=trigger is Trigger.ERASED)
    with pytest.raises(InvariantBroken):
        walk([model])


@pytest.mark.parametrize(
    ("state", "trigger"),
    [(SENT, Trigger.CLAIMED), (SENDING, Trigger.CLAIMED), (SENT, Trigger.RESENT)],
)
def test_what_is_not_listed_is_refused_loudly(state: DeliveryState, trigger: Trigger) -> None:
    with pytest.raises(NotListed, match=f"{trigger} of a delivery that is {state}"):
        follow(DeliveryRow(state=state), trigger, now=1, attempt="a")
