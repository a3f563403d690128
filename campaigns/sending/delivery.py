"""The delivery queue: claim, settle, give back. Every change is one conditional UPDATE.

The claim follows the primary key from where the last one ended. Ordered from the start each time,
PostgreSQL walks past every row already claimed, and four workers fall to a tenth of their speed
within fifty thousand rows.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    case,
    exists,
    select,
    update,
)
from sqlalchemy.orm import Session

from campaigns.models import Delivery, DeliveryState
from campaigns.sending.queue_sql import AWAITS_AN_OUTCOME, QueueSql, statements
from campaigns.ses.transport import Mail, Outcome
from campaigns.ses.verdicts import Verdict
from kit.bulk import any_of, changed, is_postgresql
from kit.ids import attempt_id as new_attempt_id

QUEUED, SENDING, UNKNOWN = DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNKNOWN
SUPPRESSED = "suppressed"
INTERRUPTED = "interrupted"
TOO_LATE = "too_late"
RESENT = "resent"
RESTORED = "restored"
LEFT_BY_STAFF = "left_unknown"
FORGOTTEN = {"reply_link": None, "stop_link": None}
RETRY_MAX = 5
"""Claims after which a recipient that SES keeps calling a transient failure counts as failed."""


def _unless_tried_enough(value: object, otherwise: object) -> ColumnElement[Any]:
    return case((Delivery.attempts < RETRY_MAX, value), else_=otherwise)


SKIPPED: dict[str, Any] = {"state": DeliveryState.SKIPPED, **FORGOTTEN}
PUT_BACK: dict[str, Any] = {
    "state": QUEUED,
    "attempt_id": None,
    "attempts": Delivery.attempts - 1,
}
SETTLEMENTS: Mapping[Verdict, dict[str, Any]] = {
    Verdict.REFUSED: {"state": DeliveryState.FAILED, **FORGOTTEN},
    Verdict.UNSENT: PUT_BACK,
    Verdict.SLOW_DOWN: PUT_BACK,
    Verdict.QUOTA: PUT_BACK,
    Verdict.HALT: PUT_BACK,
    Verdict.RETRY: {
        "state": _unless_tried_enough(QUEUED, DeliveryState.FAILED),
        "attempt_id": _unless_tried_enough(None, Delivery.attempt_id),
        "reply_link": _unless_tried_enough(Delivery.reply_link, None),
        "stop_link": _unless_tried_enough(Delivery.stop_link, None),
    },
    Verdict.UNCERTAIN: {"state": UNKNOWN},
}


@dataclass(frozen=True, slots=True)
class Claim:
    """A claimed batch: its attempt id and time, the mails, and where the next claim begins."""

    attempt_id: str
    claimed_at: datetime
    mails: tuple[Mail, ...]
    last_id: int

    def __bool__(self) -> bool:
        return self.last_id > 0


def claim(session: Session, *, campaign_id: int, after: int, limit: int, now: datetime) -> Claim:
    """Claim up to `limit` queued rows with an id above `after`; suppressed ones are settled.

    Falsy when there was nothing to claim. Commit before sending: until then nothing is claimed.
    """
    sql, connection = _sql(session), session.connection()
    sought = {"campaign": campaign_id, "after": after, "limit": limit}
    ids = connection.execute(sql.pick, sought).scalars().all()
    attempt = new_attempt_id()
    if not ids:
        return Claim(attempt, now, (), last_id=0)
    rows = connection.execute(sql.claim, {"ids": ids, "attempt": attempt, "now": now}).all()
    suppressed = set(connection.execute(sql.suppressed, {"ids": ids}).scalars())
    skipped = [row.id for row in rows if row.address in suppressed]
    _change(session, skipped, attempt, {**SKIPPED, "cause": SUPPRESSED, "since": now})
    mails = (Mail(*row) for row in rows if row.address not in suppressed)
    return Claim(
        attempt, now, tuple(sorted(mails, key=lambda mail: mail.delivery_id)), last_id=ids[-1]
    )


def record(
    session: Session, attempt_id: str, outcomes: Sequence[Outcome], *, now: datetime
) -> None:
    """Write each outcome to the row that still belongs to this attempt.

    A row whose lease ran out meanwhile is `unknown` but still carries the attempt: a certain
    outcome settles it all the same. A row that an event settled first is left as it is.
    """
    accepted = {o.delivery_id: o.message_id for o in outcomes if o.verdict is Verdict.ACCEPTED}
    if accepted:
        _accept(session, attempt_id, accepted, now)
    others = defaultdict(list)
    for outcome in outcomes:
        if outcome.verdict is not Verdict.ACCEPTED:
            others[outcome.verdict, outcome.cause].append(outcome.delivery_id)
    for (verdict, cause), ids in others.items():
        _change(session, ids, attempt_id, {**SETTLEMENTS[verdict], "cause": cause, "since": now})


def release(
    session: Session, attempt_id: str, delivery_ids: Sequence[int], *, now: datetime
) -> None:
    """Give back claimed rows that were never handed to SES."""
    _change(session, delivery_ids, attempt_id, {**PUT_BACK, "cause": None, "since": now})


def expire_leases(session: Session, *, before: datetime, now: datetime) -> int:
    """Call `unknown` what was claimed before `before` and never settled; returns how many."""
    return changed(
        session,
        update(Delivery)
        .where(Delivery.state == SENDING, Delivery.since < before)
        .values(state=UNKNOWN, since=now, cause=INTERRUPTED),
    )


def skip_queued(session: Session, *, campaign_id: int, cause: str, now: datetime) -> int:
    """Settle every queued row of a campaign as skipped; returns how many."""
    return changed(
        session,
        update(Delivery)
        .where(Delivery.campaign_id == campaign_id, Delivery.state == QUEUED)
        .values(state=DeliveryState.SKIPPED, since=now, cause=cause, **FORGOTTEN),
    )


def has_open(session: Session, campaign_id: int) -> bool:
    """Whether any mail of a campaign is still queued, sending or unknown."""
    return any(
        session.scalar(
            select(exists().where(Delivery.campaign_id == campaign_id, Delivery.state.in_(states)))
        )
        for states in ((QUEUED,), (SENDING, UNKNOWN))
    )


def _accept(
    session: Session, attempt_id: str, message_ids: Mapping[int, str | None], now: datetime
) -> None:
    """One statement for the batch: `{delivery id: SES message id}` travels as one JSON value."""
    parameters = {
        "ids": list(message_ids),
        "message_ids": json.dumps(message_ids),
        "attempt": attempt_id,
        "now": now,
    }
    session.connection().execute(_sql(session).accept, parameters)


def _sql(session: Session) -> QueueSql:
    return statements(on_postgresql=is_postgresql(session))


def _change(
    session: Session, ids: Sequence[int], attempt_id: str, values: Mapping[str, Any]
) -> None:
    if ids:
        session.execute(
            update(Delivery)
            .where(
                any_of(session, Delivery.id, ids),
                Delivery.attempt_id == attempt_id,
                AWAITS_AN_OUTCOME,
            )
            .values(**values),
            execution_options={"synchronize_session": False},
        )
