"""Every change of a delivery, in one table. Pure: nothing here touches a database.

A row of the table says: a delivery in this state, when this happens, under these conditions, comes
into that state, and these columns are set. `campaigns.sending.statements` makes the SQL from the
table, and nothing else writes deliveries; a trigger of the database refuses a change of state that
is not listed, whoever writes it. `docs/reference/deliveries.md` is printed from the table, and
`tests/sending/walk` walks it. Other triggers keep `tallies` in step with what changes.
"""

from collections.abc import Iterator
from typing import Any

from campaigns.models import Cause, DeliveryState
from campaigns.models.causes import NEVER_LEFT
from campaigns.sending.terms import Given, Guard, Op, OrElse, Plus, Transition, Trigger

QUEUED, SENDING, SENT = DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.SENT
FAILED, UNKNOWN, SKIPPED = DeliveryState.FAILED, DeliveryState.UNKNOWN, DeliveryState.SKIPPED
OPEN = (QUEUED, SENDING, UNKNOWN)
SETTLED = (SENT, FAILED, SKIPPED)

NOW = Given("now")
NO_LINKS = {"reply_link": None, "stop_link": None}
AT_ONCE = {"not_before": None, "refused_at": None}
SETTLE = {"since": NOW, **NO_LINKS, **AT_ONCE}

OF_THIS_ATTEMPT = Guard("attempt_id", Given("attempt"))
NOT_REFUSED = Guard("refused_at", None)
DUE = Guard("not_before", NOW, Op.NOT_AFTER)
REFUSED_BEFORE = Guard("refused_at", None, Op.IS_NOT)
FIRST_SEND = Guard("resent", False)
RESTORED = Guard("cause", Cause.RESTORED)
NOT_RESTORED = Guard("cause", Cause.RESTORED, Op.IS_NOT)
DROPPED_BY_SES = Guard("cause", NEVER_LEFT)
NOT_DROPPED_BY_SES = Guard("cause", NEVER_LEFT, Op.IS_NOT)
NEVER_TRIED = Guard("not_before", None)
TRIED_BEFORE = Guard("not_before", None, Op.IS_NOT)
NEVER_CLAIMED = (Guard("attempt_id", None), Guard("attempts", 0))

ASKED_TO_ERASE = "the platform asked to have the address erased"

ANY_ATTEMPT = "SES's own word for any attempt of this mail, at the row's own address"
THIS_ATTEMPT = "SES's or the network's answer to this attempt"
DECIDED = "a person's decision, in the audit log"
IS_CANCELLED = "the month is cancelled"

CLAIM = {
    "attempt_id": Given("attempt"),
    "attempts": Plus(1),
    "claimed_at": NOW,
    "since": NOW,
    **AT_ONCE,
}
ACCEPT = {**SETTLE, "cause": None, "message_id": OrElse(Given("message_id"))}
AGAIN = {"since": NOW, **AT_ONCE}
ONCE_MORE = {**AGAIN, "resent": True, "cause": Cause.RESENT}
PUT_BACK = {**AGAIN, "attempt_id": None, "attempts": Plus(-1), "cause": None}
FALTER = {
    "since": NOW,
    "cause": Given("cause"),
    "attempt_id": None,
    "not_before": Given("not_before"),
    "refused_at": None,
}
REFUSE = {**FALTER, "not_before": NOW, "refused_at": NOW}
HOLD = {
    **AGAIN,
    "cause": Cause.RESTORED,
    "attempt_id": OrElse(Cause.RESTORED),
    "attempts": Plus(1),
}


ERASE = {"address": Given("address")}


def _settled(cause: Cause | Given) -> dict[str, object]:
    return {**SETTLE, "cause": cause}


def _from(*states: DeliveryState, **how: Any) -> Iterator[Transition]:
    return (Transition(state, **how) for state in states)


def _of_answers() -> Iterator[Transition]:
    """An answer of SES's that is no acceptance concerns the attempt that asked, and no other."""
    answers = {
        Trigger.REFUSED: (QUEUED, REFUSE),
        Trigger.FALTERED: (QUEUED, FALTER),
        Trigger.UNSENT: (QUEUED, PUT_BACK),
        Trigger.UNCERTAIN: (UNKNOWN, {"since": NOW, "cause": Given("cause")}),
    }
    for trigger, (after, sets) in answers.items():
        waiting = (SENDING,) if trigger is Trigger.UNCERTAIN else (SENDING, UNKNOWN)
        when = (OF_THIS_ATTEMPT,)
        yield from _from(
            *waiting, trigger=trigger, after=after, evidence=THIS_ATTEMPT, when=when, sets=sets
        )
        for state in DeliveryState:
            if state not in waiting:
                yield Transition(state, trigger, state, "comes too late: the row went on")


def _of_evidence() -> Iterator[Transition]:
    """That SES accepted a mail counts in every state, whatever attempt it was."""
    heard = {**ACCEPT, "attempt_id": Given("attempt"), "feedback": Given("feedback")}
    for trigger, sets in ((Trigger.ACCEPTED, ACCEPT), (Trigger.HEARD, heard)):
        how: dict[str, Any] = {"trigger": trigger, "evidence": ANY_ATTEMPT}
        yield from _from(QUEUED, SENDING, UNKNOWN, SKIPPED, **how, after=SENT, sets=sets)
        yield from _from(FAILED, **how, after=SENT, when=(NOT_DROPPED_BY_SES,), sets=sets)
    yield Transition(SENT, Trigger.ACCEPTED, SENT, "known already")
    more = {"message_id": OrElse(Given("message_id")), "feedback": Given("feedback")}
    yield Transition(SENT, Trigger.HEARD, SENT, ANY_ATTEMPT, (), more)
    yield Transition(FAILED, Trigger.HEARD, FAILED, ANY_ATTEMPT, (DROPPED_BY_SES,), more)
    how = {"trigger": Trigger.NEVER_LEFT, "after": FAILED, "sets": _settled(Given("cause"))}
    how["evidence"] = "SES's event Reject or Rendering Failure of this attempt"
    yield from _from(SENDING, UNKNOWN, SENT, **how, when=(OF_THIS_ATTEMPT,))
    yield from _from(UNKNOWN, **how, when=(RESTORED,))
    for state in (QUEUED, FAILED, SKIPPED):
        yield Transition(state, Trigger.NEVER_LEFT, state, "of an attempt that was replaced")


def _of_erasures() -> Iterator[Transition]:
    """Nothing stays of the address. What is not settled is never sent (again); what a worker has in
    its hands is left to it, and looked at again once there is an outcome."""
    how: dict[str, Any] = {"trigger": Trigger.ERASED, "evidence": ASKED_TO_ERASE}
    skipped, left = _settled(Cause.SUPPRESSED) | ERASE, _settled(Cause.LEFT_UNKNOWN) | ERASE
    yield from _from(QUEUED, **how, after=SKIPPED, sets=skipped)
    yield from _from(UNKNOWN, **how, after=FAILED, sets=left)
    for state in SETTLED:
        yield Transition(state, Trigger.ERASED, state, ASKED_TO_ERASE, (), ERASE)
    yield Transition(SENDING, Trigger.ERASED, SENDING, "waits for the outcome of the attempt")


TABLE: tuple[Transition, ...] = (
    Transition(
        QUEUED,
        Trigger.CLAIMED,
        SENDING,
        "the campaign is being sent, and no earlier claim or wait stands",
        (NOT_REFUSED, DUE),
        CLAIM,
    ),
    Transition(
        SENDING,
        Trigger.SUPPRESSED,
        SKIPPED,
        "the address is suppressed, looked up in the claim's own transaction",
        (OF_THIS_ATTEMPT,),
        _settled(Cause.SUPPRESSED),
    ),
    *_of_answers(),
    *_of_evidence(),
    Transition(
        QUEUED,
        Trigger.CONFIRMED,
        FAILED,
        "SES accepted another mail of the same message since, or refused fewer than ten of them",
        (REFUSED_BEFORE,),
        SETTLE,
    ),
    Transition(
        QUEUED,
        Trigger.RELEASED,
        QUEUED,
        "a person resumed the month",
        (REFUSED_BEFORE,),
        {**AGAIN, "cause": None},
    ),
    Transition(
        SENDING,
        Trigger.EXPIRED,
        UNKNOWN,
        "no outcome within the lease, by the database's clock",
        sets={"since": NOW, "cause": Cause.INTERRUPTED},
    ),
    Transition(
        UNKNOWN,
        Trigger.RESENT,
        QUEUED,
        "no event after the grace, while the feed has shown that it works (ADR 0008)",
        (FIRST_SEND, NOT_RESTORED),
        ONCE_MORE,
    ),
    Transition(UNKNOWN, Trigger.ORDERED_AGAIN, QUEUED, DECIDED, (), ONCE_MORE),
    Transition(UNKNOWN, Trigger.LEFT, FAILED, DECIDED, (), _settled(Cause.LEFT_UNKNOWN)),
    Transition(QUEUED, Trigger.CANCELLED, SKIPPED, IS_CANCELLED, (), _settled(Cause.CANCELLED)),
    Transition(UNKNOWN, Trigger.CANCELLED, FAILED, IS_CANCELLED, (), _settled(Cause.LEFT_UNKNOWN)),
    Transition(
        QUEUED,
        Trigger.TOO_LATE,
        SKIPPED,
        "the month's last moment has passed",
        (NEVER_TRIED,),
        _settled(Cause.TOO_LATE),
    ),
    Transition(
        QUEUED,
        Trigger.TOO_LATE,
        FAILED,
        "the month's last moment has passed, and SES had refused it or failed until then",
        (TRIED_BEFORE,),
        SETTLE,
    ),
    *_from(
        *OPEN,
        trigger=Trigger.QUARANTINED,
        after=UNKNOWN,
        evidence="the counter outside the database is ahead of the one inside",
        sets=HOLD,
    ),
    Transition(
        QUEUED,
        Trigger.READDRESSED,
        QUEUED,
        "the platform's: the tenant's address changed, and the mail was never claimed",
        NEVER_CLAIMED,
        {name: Given(name) for name in ("address", "reply_link", "stop_link")},
    ),
    *_of_erasures(),
    Transition(
        QUEUED,
        Trigger.DISCARDED,
        None,
        "the platform begins the list afresh, or lists the tenant at a new address already",
    ),
    *_from(
        *DeliveryState,
        trigger=Trigger.PURGED,
        after=None,
        evidence="the month ended longer ago than its addresses are kept",
    ),
)


def of(trigger: Trigger) -> tuple[Transition, ...]:
    """The rows of the table for one event that change something."""
    return tuple(row for row in TABLE if row.trigger is trigger and not row.is_void)


def changes_of_state() -> frozenset[tuple[DeliveryState, DeliveryState]]:
    """Each (state, other state that may follow it): a trigger of the database refuses any other."""
    pairs = ((row.before, row.after) for row in TABLE)
    return frozenset((before, after) for before, after in pairs if after not in (None, before))
