"""The delivery state machine under any order of answers, deaths, late events, ticks and staff.

The answers are all that the table of transitions knows, mixed within one request in any way.
The checker trusts only what the model of SES accepted, never the engine's own rows.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from campaigns import staff
from campaigns.models import CampaignState, Cause, Role
from campaigns.sending import control, deliveries, feedback, lifecycle, settlement
from campaigns.sending.deliveries import Claim
from campaigns.sending.lifecycle import OPEN_STATES
from campaigns.sending.terms import Trigger
from campaigns.sending.transitions import SETTLED
from campaigns.ses import account
from campaigns.ses.transport import Mail, Outcome
from campaigns.ses.verdicts import Verdict
from checkin.databases import Side, upgrade_side
from kit.database import Database
from tests.support.sending import MONTH, ManualClock, campaign_of, rows, sending_campaign
from tests.support.ses_events import event

SIZE = 60
LEASE, GRACE = timedelta(minutes=2), timedelta(hours=1)
ANSWERS = sorted(deliveries.TRIGGERS)
NOT_SENT = [v for v in ANSWERS if deliveries.TRIGGERS[v] is Trigger.UNSENT]
STAFF = "approver@example.org"


@cache
def migrated_file() -> bytes:
    """A campaign database as the migrations make it, triggers and all."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "campaign.db"
        upgrade_side(Side("campaign", f"sqlite:///{file}"))
        return file.read_bytes()


class Deliveries(RuleBasedStateMachine):
    """Workers that may die at every edge, an SES that counts for itself, and a slow event feed."""

    staff_act = True

    @initialize(feed_works=st.booleans(), may_be_cancelled=st.booleans())
    def begin(self, feed_works: bool, may_be_cancelled: bool) -> None:
        self.folder = tempfile.TemporaryDirectory()
        file = Path(self.folder.name) / "campaign.db"
        file.write_bytes(migrated_file())
        self.database = Database(f"sqlite:///{file}")
        self.clock = ManualClock(datetime(2026, 12, 1, 10, 0, tzinfo=UTC))
        self.campaign_id = sending_campaign(self.database, self.clock.now, size=SIZE)
        with self.database.writing() as session:
            roles = [Role.APPROVER]
            staff.add(session, email=STAFF, roles=roles, by="test", now=self.clock.now)
        self.feed_works = feed_works
        self.may_be_cancelled = may_be_cancelled and self.staff_act
        self.accepted: Counter[str] = Counter()
        self.ordered: Counter[str] = Counter()
        self.events: list[str] = []
        self.in_hand: list[Claim] = []
        self.under_way: list[tuple[Claim, list[Verdict]]] = []

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
    @rule(data=st.data(), one=st.sampled_from(ANSWERS))
    def a_worker_posts_and_all_are_answered_alike(self, data: st.DataObject, one: Verdict) -> None:
        self._post(self._pick(data), lambda size: [one] * size)

    @precondition(lambda self: self.in_hand)
    @rule(data=st.data(), first=st.sampled_from(ANSWERS), rest=st.sampled_from(ANSWERS))
    def a_worker_posts_and_the_first_are_answered_otherwise_than_the_rest(
        self, data: st.DataObject, first: Verdict, rest: Verdict
    ) -> None:
        def answer(size: int) -> list[Verdict]:
            firsts = data.draw(st.integers(0, size))
            return [first] * firsts + [rest] * (size - firsts)

        self._post(self._pick(data), answer)

    @precondition(lambda self: self.in_hand)
    @rule(data=st.data())
    def a_worker_posts_and_each_entry_is_answered_for_itself(self, data: st.DataObject) -> None:
        def answer(size: int) -> list[Verdict]:
            return data.draw(st.lists(st.sampled_from(ANSWERS), min_size=size, max_size=size))

        self._post(self._pick(data), answer)

    @precondition(lambda self: self.under_way)
    @rule(data=st.data(), is_lost=st.booleans())
    def an_answer_comes_or_its_worker_died(self, data: st.DataObject, is_lost: bool) -> None:
        number = data.draw(st.integers(0, len(self.under_way) - 1))
        claim, verdicts = self.under_way.pop(number)
        if not is_lost:
            self._record(claim, verdicts)

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

    @precondition(lambda self: self.staff_act and self.state == CampaignState.SENDING)
    @rule()
    def staff_pause(self) -> None:
        self._staff(control.pause)

    @precondition(lambda self: self.state == CampaignState.PAUSED)
    @rule()
    def staff_resume(self) -> None:
        self._staff(control.resume)

    @precondition(
        lambda self: self.staff_act and self.may_be_cancelled and self.state in OPEN_STATES
    )
    @rule()
    def staff_cancel(self) -> None:
        self._staff(control.cancel)

    @precondition(lambda self: self.staff_act and self.state in OPEN_STATES)
    @rule(unknown=st.sampled_from(["send", "leave"]))
    def staff_decide_on_the_unknown(self, unknown: control.Resolution) -> None:
        """To send them again is to accept that some get it twice."""
        if unknown == "send":
            self.ordered.update(r.address for r in rows(self.database) if r.state == "unknown")
        self._staff(control.resolve, unknown=unknown)

    @invariant()
    def nobody_gets_the_mail_twice(self) -> None:
        self.state = self._state()
        twice = {who: n for who, n in self.accepted.items() if n > 1 + self.ordered[who]}
        assert twice == {}

    def teardown(self) -> None:
        try:
            self._go_on_to_the_end()
            self._check_the_end()
        finally:
            self.database.dispose()
            self.folder.cleanup()

    def _go_on_to_the_end(self) -> None:
        self.in_hand.clear()
        for claim, verdicts in self.under_way:
            self._record(claim, verdicts)
        self._deliver_all()
        for _ in range(6):
            self._tick(30)
            if self._state() == CampaignState.PAUSED:
                self._staff(control.resume)
            self._send_the_rest()
        self._tick(1)

    def _check_the_end(self) -> None:
        self.nobody_gets_the_mail_twice()
        left = rows(self.database)
        found = {row.address: row.state for row in left}
        unknown = {who for who, state in found.items() if state == "unknown"}
        unsent = {who for who, state in found.items() if state in ("failed", "skipped")}
        assert set(found) - set(self.accepted) - unknown - unsent == set()
        assert {row.cause for row in left if row.state in ("failed", "skipped")} <= {
            Cause.FAILED,
            Cause.LEFT_UNKNOWN,
            *([Cause.CANCELLED] if self._state() == CampaignState.CANCELLED else []),
        }
        assert set(found.values()) <= {*SETTLED, "unknown"}
        assert [r.id for r in left if r.state in SETTLED and (r.reply_link or r.stop_link)] == []
        if self._state() == CampaignState.CANCELLED:
            assert unknown == set()
        elif not unknown:
            assert self._state() == CampaignState.SENT

    def _state(self) -> str:
        return campaign_of(self.database, self.campaign_id).state

    def _staff(self, order: Callable[..., object], **what: str) -> None:
        with self.database.writing() as session:
            order(session, month=MONTH, by=STAFF, now=self.clock.now, **what)

    def _post(self, claim: Claim, answer: Callable[[int], list[Verdict]]) -> None:
        """As a worker does: not once its lease is half over, nor in a month that is not sent."""
        is_late = self.clock.now - claim.claimed_at >= LEASE / 2
        if is_late or self._state() != CampaignState.SENDING:
            self._give_back(claim)
            return
        verdicts = answer(len(claim.mails))
        for mail, verdict in zip(claim.mails, verdicts, strict=True):
            if verdict in (Verdict.ACCEPTED, Verdict.UNCERTAIN):
                self._accept(claim, mail)
        self.under_way.append((claim, verdicts))

    def _accept(self, claim: Claim, mail: Mail) -> None:
        self.accepted[mail.address] += 1
        if self.feed_works:
            self.events.append(self._send_event(claim.attempt_id, mail))

    def _give_back(self, claim: Claim) -> None:
        with self.database.writing() as session:
            ids = [mail.delivery_id for mail in claim.mails]
            deliveries.give_back(session, claim.attempt_id, ids, now=self.clock.now)

    def _pick(self, data: st.DataObject) -> Claim:
        return self.in_hand.pop(data.draw(st.integers(0, len(self.in_hand) - 1)))

    def _send_event(self, attempt_id: str, mail: Mail) -> str:
        row = next(row for row in rows(self.database) if row.id == mail.delivery_id)
        return event(row, "Send", attempt_id=attempt_id)

    def _record(self, claim: Claim, verdicts: Sequence[Verdict]) -> None:
        outcomes = [
            Outcome(mail.delivery_id, verdict, "ses-id", Cause.FAILED)
            for mail, verdict in zip(claim.mails, verdicts, strict=True)
        ]
        now, least = self.clock.now, lifecycle.REFUSED_ALIKE
        with self.database.writing() as session:
            deliveries.record(session, claim.attempt_id, outcomes, now=now)
            lifecycle.pause_if_refused(session, self.campaign_id, now=now, least=least)

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
        if self._state() != CampaignState.SENDING:
            return
        with self.database.writing() as session:
            claim = deliveries.claim(
                session, campaign_id=self.campaign_id, after=0, limit=SIZE, now=self.clock.now
            )
        for mail in claim.mails:
            self._accept(claim, mail)
        self._record(claim, [Verdict.ACCEPTED] * len(claim.mails))
        self._deliver_all()
