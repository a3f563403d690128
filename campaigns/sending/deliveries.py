"""The only writer of deliveries: claim, record what became of a batch, give back, settle, close.

Each function is one or two conditional UPDATEs made from `campaigns.sending.transitions`. Locks are
taken in one order: deliveries by id, then the campaign, then the account. Whoever changes many rows
that it has not claimed takes them in chunks and passes over those that another holds.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, delete, exists, func, literal, select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Cause
from campaigns.models.deliveries import FRESH, IN_FLIGHT, REFUSED, WAITING
from campaigns.sending import statements
from campaigns.sending.statements import HotStatements, applies, change, deliveries, pick
from campaigns.sending.transitions import SENDING, UNKNOWN, Trigger, of
from campaigns.ses.transport import Mail, Outcome
from campaigns.ses.verdicts import Verdict
from kit.bulk import any_of, changed, is_postgresql
from kit.ids import attempt_id as new_attempt_id

CHUNK = 5_000
"""Rows that one transaction of a tick changes at most, for each campaign and each index."""
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
    _change(session, Trigger.SUPPRESSED, skipped, attempt=attempt, now=now)
    mails = sorted(
        (Mail(*mail) for *mail, is_suppressed in rows if not is_suppressed),
        key=lambda mail: mail.delivery_id,
    )
    return Claim(attempt, now, tuple(mails), last_id, len(ids))


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
            confirm_refusals(session, campaign_id, since, now=now)


def give_back(session: Session, attempt_id: str, ids: Sequence[int], *, now: datetime) -> None:
    """Queue claimed rows that were never handed to SES again."""
    _change(session, Trigger.UNSENT, ids, attempt=attempt_id, now=now)


def expire_leases(session: Session, *, before: datetime, now: datetime) -> int:
    """Call `unknown` a chunk of what was claimed before `before` and never settled; returns how
    many."""
    overdue = select(deliveries.c.id).where(IN_FLIGHT, deliveries.c.state == SENDING)
    overdue = overdue.where(deliveries.c.since < before).order_by(deliveries.c.id).limit(CHUNK)
    ids = session.scalars(overdue.with_for_update(skip_locked=True)).all()
    return _change(session, Trigger.EXPIRED, ids, now=now)


def send_once_more(session: Session, ids: Sequence[int], *, now: datetime) -> int:
    """Queue unknown mails once more, by evidence; returns how many.

    The attempt's id is kept: an event for it may still come and settle the mail.
    """
    return _change(session, Trigger.RESENT, ids, now=now)


def resolve(session: Session, campaign_id: int, *, send: bool, now: datetime) -> int:
    """What staff decided on all unknown mails of a campaign; returns how many those were."""
    unknown = select(deliveries.c.id).where(
        deliveries.c.campaign_id == campaign_id, IN_FLIGHT, deliveries.c.state == UNKNOWN
    )
    ids = session.scalars(unknown.order_by(deliveries.c.id).with_for_update()).all()
    return _change(session, Trigger.ORDERED_AGAIN if send else Trigger.LEFT, ids, now=now)


def close(session: Session, campaign_id: int, why: Trigger, *, now: datetime) -> int:
    """Settle a chunk of what a campaign that is over still has open; returns how many.

    `why` is `CANCELLED` or `TOO_LATE`.
    """
    parameters = {"campaign": campaign_id, "limit": CHUNK}
    queries = [pick(FRESH), pick(WAITING)]
    if why is Trigger.CANCELLED:
        queries.append(pick(IN_FLIGHT, deliveries.c.state == UNKNOWN))
    ids = [number for query in queries for number in session.scalars(query, parameters)]
    return _change(session, why, ids, now=now)


def quarantine(session: Session, campaign_id: int, *, now: datetime) -> int:
    """Hold every open mail of a campaign for a person; returns how many."""
    of_campaign = deliveries.c.campaign_id == campaign_id
    return _execute(session, change(Trigger.QUARANTINED).where(of_campaign), now=now)


def confirm_refusals(
    session: Session, campaign_id: int, since: Collection[int] = (), *, now: datetime
) -> int:
    """Fail what SES refused in a campaign whose message it accepts, but for the ids that it refused
    `since`; returns how many."""
    found = session.scalars(pick(REFUSED), {"campaign": campaign_id, "limit": CHUNK}).all()
    return _change(session, Trigger.CONFIRMED, [id_ for id_ in found if id_ not in since], now=now)


def release_refusals(session: Session, campaign_id: int, *, now: datetime) -> int:
    """Let what SES refused be tried again; returns how many."""
    found = session.scalars(pick(REFUSED), {"campaign": campaign_id, "limit": CHUNK}).all()
    return _change(session, Trigger.RELEASED, found, now=now)


def refused(session: Session, campaign_id: int) -> dict[str, int]:
    """How many mails SES refused for each cause, with nothing accepted since."""
    query = select(deliveries.c.cause, func.count()).where(
        deliveries.c.campaign_id == campaign_id, REFUSED
    )
    return dict(session.execute(query.group_by(deliveries.c.cause)).all())


def hear(
    session: Session,
    delivery_id: int,
    *,
    attempt_id: str,
    message_id: str,
    feedback: ColumnElement[Any],
    now: datetime,
) -> None:
    """An event proves that SES accepted an attempt."""
    statement = change(Trigger.HEARD, {"feedback": feedback})
    values = {"attempt": attempt_id, "message_id": message_id, "now": now}
    _execute(session, statement.where(deliveries.c.id == delivery_id), **values)


def never_left(
    session: Session, delivery_id: int, *, attempt_id: str, cause: Cause, now: datetime
) -> None:
    """An event says that SES took an attempt and never sent it."""
    ids = [delivery_id]
    _change(session, Trigger.NEVER_LEFT, ids, attempt=attempt_id, cause=cause, now=now)


def readdress(session: Session, campaign_id: int, *, old: str, new: str, link: str) -> None:
    """Give a mail that was never claimed another address, unless that is on the list already.

    If what is there has the same link, and the list is not complete yet, the old one is dropped.
    `link` is a part of the reply link that no other tenant's mail has.
    """
    listed = deliveries.alias()
    at_new = exists().where(listed.c.campaign_id == campaign_id, listed.c.address == new)
    is_twice = at_new.where(listed.c.reply_link.contains(link, autoescape=True))
    is_on_its_way = exists().where(Campaign.id == campaign_id, Campaign.frozen_at.is_(None))
    theirs = (
        deliveries.c.campaign_id == campaign_id,
        deliveries.c.address == old,
        deliveries.c.reply_link.contains(link, autoescape=True),
    )
    _execute(session, change(Trigger.READDRESSED).where(*theirs, ~at_new), address=new)
    is_unclaimed = applies(of(Trigger.READDRESSED))
    changed(session, delete(deliveries).where(*theirs, is_unclaimed, is_twice, is_on_its_way))


def discard(session: Session, campaign_id: int) -> int:
    """Drop what an earlier hand-over left of a list that is handed over anew."""
    of_list = deliveries.c.campaign_id == campaign_id
    listed = applies(of(Trigger.DISCARDED))
    return changed(session, delete(deliveries).where(of_list, listed))


def purge(session: Session, campaign_id: int, *, limit: int) -> int:
    """Delete up to `limit` mails of a campaign that is long over; returns how many."""
    some = select(deliveries.c.id).where(deliveries.c.campaign_id == campaign_id).limit(limit)
    ids = session.scalars(some.order_by(deliveries.c.address)).all()
    return changed(session, delete(deliveries).where(any_of(session, deliveries.c.id, ids)))


def only_refused_left(session: Session, campaign_id: int) -> bool:
    """Whether SES refused all that a campaign has left to send, the unknown left aside."""
    waits = deliveries.c.refused_at.is_(None)
    is_sending = deliveries.c.state == SENDING
    return _has(session, campaign_id, REFUSED) and not (
        _has(session, campaign_id, FRESH)
        or _has(session, campaign_id, WAITING, waits)
        or _has(session, campaign_id, IN_FLIGHT, is_sending)
    )


def _has(session: Session, campaign_id: int, *which: Any) -> bool:
    query = select(exists().where(deliveries.c.campaign_id == campaign_id, *which))
    return bool(session.scalar(query))


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
        _change(session, trigger, ids, brought, attempt=attempt_id, cause=cause, now=now)


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


def _change(
    session: Session,
    trigger: Trigger,
    ids: Sequence[int],
    brought: Mapping[str, ColumnElement[Any]] | None = None,
    **values: Any,
) -> int:
    if not ids:
        return 0
    statement = change(trigger, brought).where(any_of(session, deliveries.c.id, ids))
    return _execute(session, statement, **values)


def _execute(session: Session, statement: Any, **values: Any) -> int:
    """Run an UPDATE of the table with the values that its event brings; returns the rows changed.

    Objects that the session holds already are not refreshed.
    """
    session.flush()
    parameters = {f"given_{name}": value for name, value in values.items()}
    counted = {"preserve_rowcount": True}
    return session.connection().execute(statement, parameters, execution_options=counted).rowcount
