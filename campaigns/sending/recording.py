"""Record the outcome of each request, and react to SES's answer beyond the rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from campaigns.sending import deliveries, lifecycle
from campaigns.sending.context import SendContext, SendJob
from campaigns.sending.deliveries import Claim
from campaigns.ses import account, rate_limiter
from campaigns.ses.transport import Outcome
from campaigns.ses.verdicts import Verdict
from kit.clock import Clock
from kit.log import get_logger

log = get_logger(__name__)

ASK_AGAIN = timedelta(minutes=10)
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds between two tries to write to a database that does not answer."""


@dataclass(frozen=True, slots=True, eq=False)
class _Answer:
    """What came of one request of a claim."""

    claim: Claim
    outcomes: Sequence[Outcome]


class Recorder:
    """Records the answers to one worker's requests; any thread may call it.

    `must_stop` once an answer ends this worker's turn.
    """

    def __init__(self, context: SendContext, job: SendJob, clock: Clock) -> None:
        self._context, self._job, self._clock = context, job, clock
        self._unwritten: list[_Answer] = []
        self._one_writes = Lock()
        self.must_stop = False

    def record(self, claim: Claim, outcomes: Sequence[Outcome]) -> None:
        """Write the outcomes of one request; what is written is committed when this returns.

        Whoever comes while another writes waits, and then one writes for all that came meanwhile.
        """
        answer = _Answer(claim, outcomes)
        self._unwritten.append(answer)
        with self._one_writes:
            if answer in self._unwritten:
                self._write_all_of(claim)
        self._act(claim, outcomes)

    def give_back(self, claim: Claim, ids: Sequence[int]) -> None:
        """Queue mails that were claimed and not posted again."""

        def write() -> None:
            with Session(self._context.database.engine) as session, session.begin():
                deliveries.give_back(session, claim.attempt_id, ids, now=self._clock())

        if ids:
            self._within_the_lease(claim, write)

    def _write_all_of(self, claim: Claim) -> None:
        together = [answer for answer in self._unwritten if answer.claim is claim]
        outcomes = [outcome for answer in together for outcome in answer.outcomes]

        def write() -> None:
            with self._context.database.writing() as session:
                self._write(session, claim, outcomes, self._clock())

        self._within_the_lease(claim, write)
        for answer in together:
            self._unwritten.remove(answer)

    def _write(
        self, session: Session, claim: Claim, outcomes: Sequence[Outcome], now: datetime
    ) -> None:
        deliveries.record(session, claim.attempt_id, outcomes, now=now)
        answers = {outcome.verdict: outcome for outcome in outcomes}
        if Verdict.REFUSED in answers:
            least = lifecycle.REFUSED_ALIKE
            lifecycle.pause_if_refused(session, self._job.campaign_id, now=now, least=least)
        if Verdict.HALT in answers:
            reason = f"SES refuses to send for this account ({answers[Verdict.HALT].code})."
            account.pause(session, reason=reason, now=now)
        if Verdict.QUOTA in answers:
            wait_for_quota(session, now)

    def _act(self, claim: Claim, outcomes: Sequence[Outcome]) -> None:
        answers = {outcome.verdict: outcome for outcome in outcomes}
        if own := answers.get(Verdict.WORKER) or answers.get(Verdict.UNSENT):
            self.must_stop = True
            self._context.on_refusal(own.code)
        if Verdict.SLOW_DOWN in answers:
            self._slow_down()
        if answers.keys() != {Verdict.ACCEPTED}:
            _log(self._job.campaign_id, claim.attempt_id, outcomes)

    def _slow_down(self) -> None:
        """Let everybody wait a second. The limiter may be kept in this very database, so not inside
        a transaction: SQLite would wait for itself."""
        rate = rate_limiter.SAFETY * self._job.ceiling
        self._context.rate_limiter.reserve(max(1, int(rate)), rate)

    def _within_the_lease(self, claim: Claim, write: Callable[[], None]) -> None:
        """Write, and try again while the claim is this worker's and the database does not answer.

        Until it is written nobody else takes these mails; after the lease they count as lost.
        """
        pause, ends = FIRST_PAUSE, claim.claimed_at + self._context.lease
        while True:
            try:
                return write()
            except (OperationalError, InterfaceError) as error:
                if self._clock() + timedelta(seconds=pause) >= ends:
                    raise
                log.warning("the database does not answer", error=type(error.orig).__name__)
            self._context.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)


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
        codes=sorted({outcome.code for outcome in outcomes} - {"", "SUCCESS"}),
    )
