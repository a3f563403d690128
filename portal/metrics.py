"""The platform side's metrics for Prometheus.

None counts a reply, a visit to a link, or one person's letter: somebody who has the list of
recipients must learn nothing about any of them.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from prometheus_client.metrics_core import Metric
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kit import exposition, heartbeats
from kit.clock import london_day
from kit.exposition import gauge, gauges
from replies.models import Round
from reports.models import Release, ReleaseState
from tenants.complaints import register
from tenants.jobs import PlatformJob
from tenants.models import Heartbeat, Letter

SHOWN_FROM = 300.0
"""Seconds. A letter is sent within a tick or two: one that waits so long reveals a fault at SES,
not that somebody has just asked for it.
"""
FAILING_FROM = 3
"""Number of tries, which takes seven minutes."""
OVERDUE_AFTER = timedelta(days=5)
"""The tick draws figures three days after a month closes (`reports.freeze.SETTLE_DAYS`)."""


def read(session: Session, *, now: datetime) -> Iterator[Metric]:
    """Yield every metric of the platform side."""
    yield from exposition.job_metrics(
        PlatformJob, heartbeats.last_runs(session, Heartbeat), now=now
    )
    oldest, failing = _oldest_letter(session, now), _failing_letters(session, now)
    yield gauge("oldest_letter_seconds", "Since the letter longest waiting was due.", oldest)
    yield gauge("letters_failing", "Letters that SES refused time and again.", failing)
    yield from _complaints(session, now)
    yield gauges("releases", "Months whose figures are settled, by state.", "state", _by(session))
    overdue = _overdue(session, now)
    yield gauge("releases_overdue", "Months whose figures should have been drawn.", overdue)


def _complaints(session: Session, now: datetime) -> Iterator[Metric]:
    deadline = register.next_deadline(session)
    left = 0 if deadline is None else register.days_left(deadline, now)
    waiting = 0 if deadline is None else 1
    yield gauge("complaints_waiting", "1 if a complaint is not acknowledged yet.", waiting)
    yield gauge("complaint_days_left", "Days to acknowledge the most urgent complaint.", left)


def _oldest_letter(session: Session, now: datetime) -> float:
    oldest = session.scalar(select(func.min(Letter.next_at)).where(Letter.not_after > now))
    waited = 0.0 if oldest is None else (now - oldest).total_seconds()
    return waited if waited >= SHOWN_FROM else 0.0


def _failing_letters(session: Session, now: datetime) -> int:
    tried = (Letter.attempts >= FAILING_FROM, Letter.not_after > now)
    return session.scalar(select(func.count()).where(*tried)) or 0


def _by(session: Session) -> dict[str, float]:
    numbers = dict.fromkeys((state.value for state in ReleaseState), 0.0)
    found = select(Release.state, func.count()).group_by(Release.state)
    return numbers | {state: float(number) for state, number in session.execute(found)}


def _overdue(session: Session, now: datetime) -> int:
    last = london_day(now) - OVERDUE_AFTER
    drawn = select(Release.month)
    due = select(func.count()).where(Round.closes_on < last, Round.month.not_in(drawn))
    return session.scalar(due) or 0
