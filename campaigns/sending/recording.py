"""Write down what became of each batch, and do what SES's answer asks for beyond the rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy.orm import Session

from campaigns.sending import delivery, lifecycle
from campaigns.sending.desk import Desk, Order
from campaigns.ses import account, pace
from campaigns.ses.transport import Outcome
from campaigns.ses.verdicts import Verdict
from kit.clock import Clock
from kit.log import get_logger

log = get_logger(__name__)

REFUSED_IN_A_ROW = 10
"""So many refusals for one cause, with nothing accepted between, are the message's fault."""
ASK_AGAIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, eq=False)
class _Batch:
    """What came of one request."""

    attempt_id: str
    outcomes: Sequence[Outcome]


class Recorder:
    """Records one slice's outcomes. `must_stop` once an answer ends the slice.

    Only `write` may be called by several threads.
    """

    def __init__(self, desk: Desk, order: Order, clock: Clock) -> None:
        self._desk, self._order, self._clock = desk, order, clock
        self._rate = pace.SAFETY * order.ceiling
        self._refusals: list[str | None] = []
        self._unwritten: list[_Batch] = []
        self._one_writes = Lock()
        self.must_stop = False

    def write(self, attempt_id: str, outcomes: Sequence[Outcome]) -> None:
        """Write a batch that was accepted whole; what it wrote is committed when this returns.

        Whoever comes while another writes waits, and then one writes for all that came meanwhile.
        """
        batch = _Batch(attempt_id, outcomes)
        self._unwritten.append(batch)
        with self._one_writes:
            if batch in self._unwritten:
                self._write_all_of(attempt_id)

    def _write_all_of(self, attempt_id: str) -> None:
        together = [batch for batch in self._unwritten if batch.attempt_id == attempt_id]
        outcomes = sorted(
            (outcome for batch in together for outcome in batch.outcomes),
            key=lambda outcome: outcome.delivery_id,
        )
        with self._desk.database.writing() as session:
            delivery.record(session, attempt_id, outcomes, now=self._clock())
        for batch in together:
            self._unwritten.remove(batch)

    def note_success(self) -> None:
        """A batch was accepted whole: what was refused before it was not the message's fault."""
        self._refusals.clear()

    def write_and_heed(self, attempt_id: str, outcomes: Sequence[Outcome]) -> None:
        """Write a batch of which something was not accepted, and do what the answer asks for."""
        now = self._clock()
        with self._desk.database.writing() as session:
            if self._is_the_messages_fault(outcomes):
                self._stop_the_campaign(session, attempt_id, outcomes, now)
            else:
                delivery.record(session, attempt_id, outcomes, now=now)
                self._heed(session, outcomes, now)
        if any(outcome.verdict is Verdict.SLOW_DOWN for outcome in outcomes):
            self._slow_down()
        _log(self._order.campaign_id, attempt_id, outcomes)

    def _heed(self, session: Session, outcomes: Sequence[Outcome], now: datetime) -> None:
        causes = {outcome.verdict: outcome.cause for outcome in outcomes}
        if Verdict.HALT in causes:
            reason = f"SES refuses to send for this account ({causes[Verdict.HALT]})."
            account.pause(session, reason=reason, now=now)
        if Verdict.QUOTA in causes:
            wait_for_quota(session, now)
        if Verdict.UNSENT in causes:
            self.must_stop = True

    def _slow_down(self) -> None:
        """Let everybody wait a second. The pace may be kept in this very database, so not inside
        the transaction that has just been committed: SQLite would wait for itself."""
        self._desk.pace.reserve(max(1, int(self._rate)), self._rate)

    def _is_the_messages_fault(self, outcomes: Sequence[Outcome]) -> bool:
        for outcome in outcomes:
            if outcome.verdict is Verdict.ACCEPTED:
                self._refusals.clear()
            elif outcome.verdict is Verdict.REFUSED:
                self._refusals.append(outcome.cause)
        recent = self._refusals[-REFUSED_IN_A_ROW:]
        return len(recent) == REFUSED_IN_A_ROW and len(set(recent)) == 1

    def _stop_the_campaign(
        self, session: Session, attempt_id: str, outcomes: Sequence[Outcome], now: datetime
    ) -> None:
        reason = f"SES refuses everybody alike ({outcomes[-1].cause}): look at the message."
        lifecycle.pause(session, campaign_id=self._order.campaign_id, reason=reason, now=now)
        ids = [outcome.delivery_id for outcome in outcomes]
        delivery.release(session, attempt_id, ids, now=now)


def wait_for_quota(session: Session, now: datetime) -> None:
    """Pause the account for a while, and then let the limits be read again."""
    reason = "SES's quota for the day is used up; sending goes on when SES allows more."
    account.pause(session, reason=reason, now=now, until=now + ASK_AGAIN)


def _log(campaign_id: int, attempt_id: str, outcomes: Sequence[Outcome]) -> None:
    log.warning(
        "not all of a batch was accepted",
        campaign=campaign_id,
        attempt=attempt_id,
        size=len(outcomes),
        accepted=sum(outcome.verdict is Verdict.ACCEPTED for outcome in outcomes),
        causes=sorted({outcome.cause or "" for outcome in outcomes} - {""}),
    )
