"""The delivery state machine under any order of deaths, lost answers, late events and ticks.

The checker trusts only what the model of SES accepted, never the engine's own rows.
"""

import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from campaigns.models import CampaignState, Cause
from campaigns.sending import deliveries, feedback, lifecycle, settlement
from campaigns.sending.deliveries import Claim
from campaigns.ses import account
from campaigns.ses.transport import Mail, Outcome
from campaigns.ses.verdicts import Verdict
from checkin.databases import Side, upgrade_side
from kit.database import Database
from tests.support.sending import ManualClock, address, campaign_of, rows, sending_campaign
from tests.support.ses_events import event

SIZE = 60
LEASE, GRACE = timedelta(minutes=2), timedelta(hours=1)
MIXED = [
    Verdict.ACCEPTED,
    Verdict.REFUSED,
    Verdict.RETRY,
    Verdict.UNCERTAIN,
    Verdict.UNSENT,
]
NOT_SENT = [Verdict.UNSENT, Verdict.SLOW_DOWN, Verdict.QUOTA, Verdict.HALT]


@cache
def migrated_file() -> bytes:
    """A campaign database as the migrations make it, triggers and all."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "campaign.db"
        upgrade_side(Side("campaign", f"sqlite:///{file}"))
        return file.read_bytes()


class Deliveries(RuleBasedStateMachine):
    """Workers that may die at every edge, an SES that counts for itself, and a slow event feed."""

    @initialize(feed_works=st.booleans())
    def begin(self, feed_works: bool) -> None:
        self.folder = tempfile.TemporaryDirectory()
        file = Path(self.folder.name) / "campaign.db"
        file.write_bytes(migrated_file())
        self.database = Database(f"sqlite:///{file}")
        self.clock = ManualClock(datetime(2026, 12, 1, 10, 0, tzinfo=UTC))
        self.campaign_id = sending_campaign(self.database, self.clock.now, size=SIZE)
        self.feed_works = feed_works
        self.accepted: Counter[str] = Counter()
        self.events: list[str] = []
        self.in_hand: list[Claim] = []

    @rule(limit=st.integers(1, 20), after=st.integers(0, SIZE))
    def a_worker_claims(self, limit: int, after: int) -> None:
        with self.database.writing() as session:
            claim = deliveries.claim(
                session,
                campaign_id=self.campaign_id,
                after=after,
                limit=limit,
                now=self.clock.now,
            )
        if claim.mails:
            self.in_hand.append(claim)

    @precondition(lambda self: self.in_hand)
    @rule(data=st.data(), answer_comes=st.booleans(), dies=st.booleans())
    def a_worker_posts_and_ses_accepts(
        self, data: st.DataObject, answer_comes: bool, dies: bool
    ) -> None:
        claim = self._pick(data)
        if self.clock.now - claim.claimed_at >= LEASE / 2:
            self._give_back(claim)
            return
        for mail in claim.mails:
            self.accepted[mail.address] += 1
        if self.feed_works:
            self.events += [self._send_event(claim.attempt_id, mail) for mail in claim.mails]
        if not dies:
            self._record(claim, Verdict.ACCEPTED if answer_comes else Verdict.UNCERTAIN)

    @precondition(lambda self: self.in_hand)
    @rule(data=st.data(), verdict=st.sampled_from(NOT_SENT))
    def a_worker_posts_and_nothing_is_sent(self, data: st.DataObject, verdict: Verdict) -> None:
        self._record(self._pick(data), verdict)

    @precondition(lambda self: self.in_hand)
    @rule(data=st.data())
    def a_worker_posts_and_each_entry_is_answered_for_itself(self, data: st.DataObject) -> None:
        """Statuses mixed in any order, within one answer."""
        claim = self._pick(data)
        if self.clock.now - claim.claimed_at >= LEASE / 2:
            self._give_back(claim)
            return
        size = len(claim.mails)
        verdicts = data.draw(st.lists(st.sampled_from(MIXED), min_size=size, max_size=size))
        outcomes = []
        for mail, verdict in zip(claim.mails, verdicts, strict=True):
            if verdict is Verdict.ACCEPTED:
                self.accepted[mail.address] += 1
                if self.feed_works:
                    self.events.append(self._send_event(claim.attempt_id, mail))
            outcomes.append(Outcome(mail.delivery_id, verdict, "ses-id", Cause.FAILED))
        with self.database.writing() as session:
            deliveries.record(session, claim.attempt_id, outcomes, now=self.clock.now)

    @precondition(lambda self: self.in_hand)
    @rule(data=st.data())
    def a_worker_dies_before_it_posts(self, data: st.DataObject) -> None:
        self._pick(data)

    @precondition(lambda self: self.in_hand)
    @rule(data=st.data())
    def a_worker_gives_its_claim_back(self, data: st.DataObject) -> None:
        self._give_back(self._pick(data))

    @precondition(lambda self: self.events)
    @rule(data=st.data(), again=st.booleans())
    def events_come_in_any_order(self, data: st.DataObject, again: bool) -> None:
        number = data.draw(st.integers(0, len(self.events) - 1))
        body = self.events[number] if again else self.events.pop(number)
        with self.database.writing() as session:
            feedback.take(session, body, now=self.clock.now)

    @rule(minutes=st.sampled_from([1, 3, 30]))
    def time_passes_and_the_engine_ticks(self, minutes: int) -> None:
        """The feed is never later than the grace: that is what the grace is for."""
        if minutes == 30:
            self._deliver_all()
        self._tick(minutes)

    @invariant()
    def nobody_gets_the_mail_twice(self) -> None:
        assert [who for who, times in self.accepted.items() if times > 1] == []

    def teardown(self) -> None:
        try:
            self._go_on_to_the_end()
            self._check_the_end()
        finally:
            self.database.dispose()
            self.folder.cleanup()

    def _go_on_to_the_end(self) -> None:
        self.in_hand.clear()
        self._deliver_all()
        for _ in range(6):
            self._tick(30)
            self._send_the_rest()
        self._tick(1)

    def _check_the_end(self) -> None:
        found = {row.address: row.state for row in rows(self.database)}
        unknown = {who for who, state in found.items() if state == "unknown"}
        everybody = {address(n) for n in range(1, SIZE + 1)}
        refused = {who for who, state in found.items() if state == "failed"}
        assert everybody - set(self.accepted) - unknown - refused == set()
        assert {row.cause for row in rows(self.database) if row.state == "failed"} <= {Cause.FAILED}
        self.nobody_gets_the_mail_twice()
        if not unknown:
            assert campaign_of(self.database, self.campaign_id).state == CampaignState.SENT

    def _give_back(self, claim: Claim) -> None:
        with self.database.writing() as session:
            ids = [mail.delivery_id for mail in claim.mails]
            deliveries.give_back(session, claim.attempt_id, ids, now=self.clock.now)

    def _pick(self, data: st.DataObject) -> Claim:
        return self.in_hand.pop(data.draw(st.integers(0, len(self.in_hand) - 1)))

    def _send_event(self, attempt_id: str, mail: Mail) -> str:
        row = next(row for row in rows(self.database) if row.id == mail.delivery_id)
        return event(row, "Send", attempt_id=attempt_id)

    def _record(self, claim: Claim, verdict: Verdict) -> None:
        outcomes = [
            Outcome(mail.delivery_id, verdict, "ses-id", Cause.FAILED) for mail in claim.mails
        ]
        with self.database.writing() as session:
            deliveries.record(session, claim.attempt_id, outcomes, now=self.clock.now)

    def _deliver_all(self) -> None:
        with self.database.writing() as session:
            for body in self.events:
                feedback.take(session, body, now=self.clock.now)
            account.note_events_read(session, now=self.clock.now)
        self.events.clear()

    def _tick(self, minutes: int) -> None:
        now = self.clock.turn(minutes=minutes)
        with self.database.writing() as session:
            deliveries.expire_leases(session, before=now - LEASE, now=now)
            settlement.settle(session, grace=GRACE, now=now)
            lifecycle.advance(session, now=now)

    def _send_the_rest(self) -> None:
        with self.database.writing() as session:
            claim = deliveries.claim(
                session, campaign_id=self.campaign_id, after=0, limit=SIZE, now=self.clock.now
            )
        for mail in claim.mails:
            self.accepted[mail.address] += 1
            self.events.append(self._send_event(claim.attempt_id, mail))
        self._record(claim, Verdict.ACCEPTED)
        self._deliver_all()


TestDeliveries = Deliveries.TestCase
TestDeliveries.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    report_multiple_bugs=False,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


FIRST_BUG = settings(TestDeliveries.settings, max_examples=200, phases=[Phase.generate])


class CarelessDeliveries(Deliveries):
    """Takes a lost answer for a refusal and sends again."""

    def _record(self, claim: Claim, verdict: Verdict) -> None:
        super()._record(claim, Verdict.UNSENT if verdict is Verdict.UNCERTAIN else verdict)


class ForgetfulDeliveries(Deliveries):
    """Calls throttled mail sent."""

    def _record(self, claim: Claim, verdict: Verdict) -> None:
        super()._record(claim, Verdict.ACCEPTED if verdict in NOT_SENT else verdict)


@pytest.mark.parametrize("careless", [CarelessDeliveries, ForgetfulDeliveries])
def test_the_checker_catches_a_sender_that_doubles_and_one_that_loses(
    careless: type[Deliveries],
) -> None:
    with pytest.raises(AssertionError):
        run_state_machine_as_test(careless, settings=FIRST_BUG)
