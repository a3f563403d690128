"""Change deliveries: claim, record what became of a batch, give back, settle, close.

Each function is one or two conditional UPDATEs made from `campaigns.sending.transitions`. Locks are
taken in one order: deliveries by id, then the campaign, then the account. Whoever changes many rows
that it has not claimed takes them in chunks and passes over those that another holds.

`refusals` and `mailing_list` beside this change deliveries in the same way, and nothing else does.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Update, case, literal, or_, select
from sqlalchemy.orm import Session

from campaigns.models import Cause
from campaigns.models.deliveries import FRESH, IN_FLIGHT, WAITING
from campaigns.sending import refusals, statements
from campaigns.sending.statements import (
    CHUNK,
    HotStatements,
    change,
    change_rows,
    deliveries,
    execute,
    picked,
)
from campaigns.sending.terms import Trigger
from campaigns.sending.transitions import SENDING, UNKNOWN
from campaigns.ses.transport import Mail, Outcome
from campaigns.ses.verdicts import Verdict
from kit.bulk import any_of, is_postgresql
from kit.ids import attempt_id as new_attempt_id

RANKS = ("send", "delivery", "bounce", "complaint")
"""What may be heard of a mail, the furthest last."""
FIRST_WAIT, DOUBLINGS = timedelta(minutes=1), 5
"""After a transient failure a mail waits 1, 2, 4, … and at most 32 minutes."""
TRIGGERS: Mapping[Verdict, Trigger] = {
    Verdict.ACCEPTED: Trigger.ACCEPTED,
    Verdict.REFUSED: Trigger.REFUSED,
    Verdict.RETRY: Trigger.FALTERED,
    Verdict.UNCERTAIN: Trigger.UNCERTAIN,
    **dict.fromkeys(
        (Verdict.UNSENT, Verdict.SLOW_DOWN, Verdict.QUOTA, Verdict.HALT, Verdict.WORKER),
        Trigger.UNSENT,
    ),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """A claimed batch: its attempt id and time, the mails, and where the next claim begins.

    Falsy when nothing was found to claim; one whose mails were all suppressed is not.
    """

    attempt_id: str
    claimed_at: datetime
    mails: tuple[Mail, ...] = ()
    last_id: int = 0
    found: int = 0

    def __bool__(self) -> bool:
        return self.found > 0


def claim(session: Session, *, campaign_id: int, after: int, limit: int, now: datetime) -> Claim:
    """Claim up to `limit` queued rows: those whose wait is over, then those with an id above
    `after`. Suppressed ones are settled.

    Commit before sending: until then nothing is claimed.
    """
    ids, last_id = _claimable(session, campaign_id, after, limit, now)
    attempt = new_attempt_id()
    if not ids:
        return Claim(attempt, now)
    values = {"ids": ids, "given_attempt": attempt, "given_now": now}
    rows = session.connection().execute(_hot(session).claim, values).all()
    skipped = [row[0] for row in rows if row[-1]]
    change_rows(session, Trigger.SUPPRESSED, skipped, attempt=attempt, now=now)
    mails = sorted(
        (Mail(*mail) for *mail, is_suppressed in rows if not is_suppressed),
        key=lambda mail: mail.delivery_id,
    )
    return Claim(attempt, now, tuple(mails), last_id, len(ids))


def leave_out(
    session: Session, claim: Claim, addresses: Collection[str], *, now: datetime
) -> Claim:
    """The claim without the mails to some addresses, which are settled as suppressed ones are."""
    out = [mail.delivery_id for mail in claim.mails if mail.address in addresses]
    change_rows(session, Trigger.SUPPRESSED, out, attempt=claim.attempt_id, now=now)
    return replace(claim, mails=tuple(m for m in claim.mails if m.address not in addresses))


def record(
    session: Session, attempt_id: str, outcomes: Sequence[Outcome], *, now: datetime
) -> None:
    """Write what became of each mail of an attempt, in the order in which SES answered.

    An acceptance counts whatever became of the row meanwhile, and confirms each refusal that came
    before it. Any other outcome is written only to a row that still belongs to the attempt.
    """
    accepted = [place for place, o in enumerate(outcomes) if o.verdict is Verdict.ACCEPTED]
    if len(accepted) < len(outcomes):
        _lock(session, [outcome.delivery_id for outcome in outcomes])
        _record_others(session, attempt_id, outcomes, now)
    if accepted:
        since = [outcome.delivery_id for outcome in outcomes[accepted[-1] + 1 :]]
        for campaign_id in _accept(session, [outcomes[place] for place in accepted], now):
            refusals.confirm(session, campaign_id, since, now=now)


def give_back(session: Session, attempt_id: str, ids: Sequence[int], *, now: datetime) -> None:
    """Queue claimed rows that were never handed to SES again."""
    change_rows(session, Trigger.UNSENT, ids, attempt=attempt_id, now=now)


def expire_leases(session: Session, *, before: datetime, now: datetime) -> int:
    """Call `unknown` a chunk of what was claimed before `before` and never settled; returns how
    many."""
    overdue = select(deliveries.c.id).where(IN_FLIGHT, deliveries.c.state == SENDING)
    overdue = overdue.where(deliveries.c.since < before).order_by(deliveries.c.id).limit(CHUNK)
    ids = session.scalars(overdue.with_for_update(skip_locked=True)).all()
    return change_rows(session, Trigger.EXPIRED, ids, now=now)


def send_once_more(session: Session, ids: Sequence[int], *, now: datetime) -> int:
    """Queue unknown mails once more, by evidence; returns how many.

    The attempt's id is kept: an event for it may still come and settle the mail.
    """
    return change_rows(session, Trigger.RESENT, ids, now=now)


def resolve(session: Session, campaign_id: int, *, send: bool, now: datetime) -> int:
    """What staff decided on all unknown mails of a campaign; returns how many those were."""
    unknown = select(deliveries.c.id).where(
        deliveries.c.campaign_id == campaign_id, IN_FLIGHT, deliveries.c.state == UNKNOWN
    )
    ids = session.scalars(unknown.order_by(deliveries.c.id).with_for_update()).all()
    return change_rows(session, Trigger.ORDERED_AGAIN if send else Trigger.LEFT, ids, now=now)


def close(session: Session, campaign_id: int, why: Trigger, *, now: datetime) -> int:
    """Settle a chunk of what a campaign that is over still has open; returns how many.

    `why` is `CANCELLED` or `TOO_LATE`.
    """
    ids = [*picked(session, campaign_id, FRESH), *picked(session, campaign_id, WAITING)]
    if why is Trigger.CANCELLED:
        ids += picked(session, campaign_id, IN_FLIGHT, deliveries.c.state == UNKNOWN)
    return change_rows(session, why, ids, now=now)


def quarantine(session: Session, campaign_id: int, *, now: datetime) -> int:
    """Hold every open mail of a campaign for a person; returns how many."""
    of_campaign = deliveries.c.campaign_id == campaign_id
    return execute(session, change(Trigger.QUARANTINED).where(of_campaign), now=now)


def hear(
    session: Session,
    delivery_id: int,
    *,
    attempt_id: str,
    message_id: str,
    rank: str,
    now: datetime,
) -> None:
    """An event, one of `RANKS`, proves that SES accepted an attempt."""
    values = {"attempt": attempt_id, "message_id": message_id, "now": now}
    execute(session, _heard(rank), id=delivery_id, **values)


@cache
def _heard(rank: str) -> Update:
    """Of several events, in whatever order they come, a row names the furthest."""
    known = deliveries.c.feedback
    is_further = or_(known.is_(None), known.in_(RANKS[: RANKS.index(rank)]))
    statement = change(Trigger.HEARD, {"feedback": case((is_further, rank), else_=known)})
    return statement.where(deliveries.c.id == statements.given("id", deliveries.c.id))


def never_left(
    session: Session, delivery_id: int, *, attempt_id: str, cause: Cause, now: datetime
) -> None:
    """An event says that SES took an attempt and never sent it."""
    ids = [delivery_id]
    change_rows(session, Trigger.NEVER_LEFT, ids, attempt=attempt_id, cause=cause, now=now)


def _claimable(
    session: Session, campaign_id: int, after: int, limit: int, now: datetime
) -> tuple[list[int], int]:
    """Ids to claim, and the highest fresh one among them, else `after`."""
    sql, connection = _hot(session), session.connection()
    sought = {"campaign": campaign_id, "limit": limit, "given_now": now}
    ids = list(connection.execute(sql.pick_due, sought).scalars())
    sought = {"campaign": campaign_id, "limit": limit - len(ids), "after": after}
    fresh = connection.execute(sql.pick_fresh, sought).scalars().all()
    return [*ids, *fresh], fresh[-1] if fresh else after


def _lock(session: Session, ids: Sequence[int]) -> None:
    """Several statements follow, each of some of these rows: whoever else takes some waits."""
    query = select(deliveries.c.id).where(any_of(session, deliveries.c.id, ids))
    session.execute(query.order_by(deliveries.c.id).with_for_update())


def _record_others(
    session: Session, attempt_id: str, outcomes: Iterable[Outcome], now: datetime
) -> None:
    groups = defaultdict(list)
    for outcome in outcomes:
        if outcome.verdict is not Verdict.ACCEPTED:
            groups[TRIGGERS[outcome.verdict], outcome.cause].append(outcome.delivery_id)
    for (trigger, cause), ids in groups.items():
        brought = {"not_before": _wait(now)} if trigger is Trigger.FALTERED else {}
        change_rows(session, trigger, ids, brought, attempt=attempt_id, cause=cause, now=now)


def _wait(now: datetime) -> ColumnElement[Any]:
    """When a mail is tried again: the longer, the more often it was."""
    waits = [now + FIRST_WAIT * 2**doublings for doublings in range(DOUBLINGS + 1)]
    moments = [literal(moment, deliveries.c.not_before.type) for moment in waits]
    tries = enumerate(moments[:-1], 1)
    return case(*((deliveries.c.attempts <= n, at) for n, at in tries), else_=moments[-1])


def _accept(session: Session, outcomes: Sequence[Outcome], now: datetime) -> set[int]:
    """Returns the campaigns that may have other mails that stood refused: an event may have settled
    every one of these before."""
    message_ids = {outcome.delivery_id: outcome.message_id for outcome in outcomes}
    values = {
        "ids": sorted(message_ids),
        "message_ids": json.dumps(message_ids),
        "given_now": now,
    }
    moved = session.connection().execute(_hot(session).accept, values).all()
    if not moved:
        these = select(deliveries.c.campaign_id).where(deliveries.c.id == outcomes[0].delivery_id)
        return set(session.scalars(these))
    return {campaign_id for campaign_id, has_refused in moved if has_refused}


def _hot(session: Session) -> HotStatements:
    return statements.hot(on_postgresql=is_postgresql(session))
