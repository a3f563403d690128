"""The one SES account behind all campaigns: its limits, and its durable pause.

A fault of the account (paused, suspended, quota, credentials) is no recipient's fault: it stops all
sending in one row that survives every restart, and no delivery is marked for it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from campaigns import audit
from campaigns.models import Sender
from kit import bulk

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

LIMITS_STALE_AFTER = timedelta(minutes=1)
LIMITS_LAST_AS_LONG_AS = timedelta(minutes=15)
NO_DAILY_LIMIT = -1
SYSTEM = "check-in"


@dataclass(frozen=True, slots=True)
class Limits:
    """What SES allows now: recipients a second, and how many more today (None: no limit)."""

    ceiling: float
    left_today: int | None


def sender(session: Session) -> Sender:
    """The account's row, made when it is first asked for."""
    row = session.get(Sender, 1)
    if row is None:
        bulk.add_new(session, Sender, [{"id": 1}])
        row = session.get_one(Sender, 1)
    return row


def are_limits_stale(session: Session, *, now: datetime) -> bool:
    """Whether it is time to ask SES again."""
    read_at = sender(session).limits_read_at
    return read_at is None or now - read_at >= LIMITS_STALE_AFTER


def read_limits(client: "SESV2Client") -> dict[str, float]:
    """Ask SES for its quota; not inside a transaction."""
    quota = client.get_account().get("SendQuota", {})
    return {
        "max_send_rate": float(quota.get("MaxSendRate", 0)),
        "daily_quota": float(quota.get("Max24HourSend", 0)),
        "sent_last_day": float(quota.get("SentLast24Hours", 0)),
    }


def store_limits(session: Session, limits: dict[str, float], *, now: datetime) -> None:
    """Remember what SES said."""
    row = sender(session)
    row.max_send_rate = limits["max_send_rate"]
    row.daily_quota = limits["daily_quota"]
    row.sent_last_day = limits["sent_last_day"]
    row.limits_read_at = now


def note_events_read(session: Session, *, now: datetime) -> None:
    """Remember that nothing was left in the event queue."""
    sender(session).events_read_at = now


def limits(session: Session, *, own_rate: float | None, now: datetime) -> Limits | None:
    """What may be sent now, or None where SES's answer is missing or too old: then nothing is sent.

    `own_rate` is the operator's ceiling in recipients a second; it never raises SES's own.
    """
    row = sender(session)
    if row.limits_read_at is None or not row.max_send_rate or row.daily_quota is None:
        return None
    if now - row.limits_read_at > LIMITS_LAST_AS_LONG_AS:
        return None
    ceiling = min(row.max_send_rate, own_rate or row.max_send_rate)
    if row.daily_quota == NO_DAILY_LIMIT:
        return Limits(ceiling, None)
    return Limits(ceiling, max(0, int(row.daily_quota - (row.sent_last_day or 0))))


def pause(session: Session, *, reason: str, now: datetime, until: datetime | None = None) -> None:
    """Stop all sending. With `until` it ends by itself; without, a person has to resume.

    A pause that waits for a person is never shortened by a later one that does not.
    """
    row = sender(session)
    if row.paused_since is not None and row.paused_until is None:
        return
    if row.paused_since is None or row.pause_reason != reason:
        audit.record(session, who=SYSTEM, action="sending paused", now=now, reason=reason)
    row.paused_since, row.paused_until, row.pause_reason = row.paused_since or now, until, reason


def resume(session: Session, *, by: str, now: datetime) -> None:
    """End the account's pause."""
    row = sender(session)
    if row.paused_since is not None:
        audit.record(session, who=by, action="sending resumed", now=now, reason=row.pause_reason)
    row.paused_since = row.paused_until = row.pause_reason = None


def paused_because(session: Session, *, now: datetime) -> str | None:
    """Why all sending stands still, or None if it does not."""
    row = session.get(Sender, 1)
    if row is None or row.paused_since is None:
        return None
    if row.paused_until is not None and row.paused_until <= now:
        return None
    return row.pause_reason


def end_expired_pause(session: Session, *, now: datetime) -> None:
    """Clear a pause whose end has come."""
    row = sender(session)
    if row.paused_until is not None and row.paused_until <= now:
        resume(session, by=SYSTEM, now=now)
