"""Claims, answers, events, ticks and staff at once on PostgreSQL: nobody waits in a circle."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from campaigns import staff
from campaigns.models import Role
from campaigns.sending import control, deliveries, feedback, lifecycle, restore_detection
from campaigns.ses.transport import Outcome
from campaigns.ses.verdicts import Verdict
from kit.database import Database
from tests.support.sending import MONTH, campaign_of, rows, sending_campaign, states
from tests.support.ses_events import event

pytestmark = pytest.mark.parametrize("backend", ["postgresql"])
STAFF = "approver@example.org"
MIXED = (Verdict.ACCEPTED, Verdict.REFUSED, Verdict.RETRY, Verdict.UNCERTAIN, Verdict.UNSENT)


class AllAtOnce:
    """Threads that each do one step again and again until they are told to stop."""

    def __init__(self, *steps: Callable[[], object]) -> None:
        self.errors: Counter[str] = Counter()
        self.done: Counter[int] = Counter()
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._repeat, args=(number, step))
            for number, step in enumerate(steps)
        ]

    def __enter__(self) -> "AllAtOnce":
        for thread in self._threads:
            thread.start()
        while len(self.done) < len(self._threads):
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)

    def _repeat(self, number: int, step: Callable[[], object]) -> None:
        while not self._stop.is_set():
            try:
                step()
            except OperationalError as error:
                self.errors[type(error.orig).__name__] += 1
            self.done[number] += 1


def test_a_cancel_waits_for_nobody_and_ticks_close_what_is_left(
    campaign_db: Database, now: datetime
) -> None:
    with campaign_db.writing() as session:
        staff.add(session, email=STAFF, roles=[Role.APPROVER], by="test", now=now)
    campaign_id = sending_campaign(campaign_db, now, size=3_000)
    bodies = [event(row, attempt_id="earlier") for row in rows(campaign_db)[::50]]

    def work() -> None:
        with campaign_db.writing() as session:
            claim = deliveries.claim(session, campaign_id=campaign_id, after=0, limit=50, now=now)
            restore_detection.count(session)
        outcomes = [
            Outcome(mail.delivery_id, MIXED[place % len(MIXED)], f"ses-{mail.delivery_id}")
            for place, mail in enumerate(claim.mails)
        ]
        with campaign_db.writing() as session:
            deliveries.record(session, claim.attempt_id, outcomes, now=now)

    def hear() -> None:
        with campaign_db.writing() as session:
            for body in feedback.in_row_order(bodies):
                feedback.take(session, body, now=now)
            restore_detection.count(session)

    def tick() -> None:
        with campaign_db.writing() as session:
            deliveries.expire_leases(session, before=now, now=now)
        with campaign_db.writing() as session:
            lifecycle.advance(session, now=now)

    with AllAtOnce(work, work, hear, tick) as at_once:
        with campaign_db.writing() as session:
            control.cancel(session, month=MONTH, by=STAFF, now=now)
        cancelled = campaign_of(campaign_db, campaign_id).state
    with campaign_db.writing() as session:
        later = now + timedelta(minutes=3)
        deliveries.expire_leases(session, before=later, now=later)
        lifecycle.advance(session, now=later)
    assert (at_once.errors, cancelled) == (Counter(), "cancelled")
    assert set(states(campaign_db)) <= {"sent", "failed", "skipped"}
