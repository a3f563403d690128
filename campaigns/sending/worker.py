"""Send one campaign for a while: claim, commit, take a turn, ask whether it may go, post, go on.

Any number of workers may run this at once on the same campaign. Nothing is kept between two runs
but what is in the database, so a worker may die at any line.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

from sqlalchemy.orm import Session

from campaigns import erasure
from campaigns.sending import deliveries, permission, restore_detection
from campaigns.sending.context import SendContext, SendJob, open_job
from campaigns.sending.deliveries import Claim
from campaigns.sending.in_flight import InFlight
from campaigns.sending.recording import Recorder, wait_for_quota
from campaigns.ses import rate_limiter
from campaigns.ses.transport import Mail
from kit.clock import Clock, anchored
from kit.log import get_logger

CLAIM_MAX = 500
LATE = 0.015
"""Seconds: a turn used later than this would crowd the next one, so another is taken."""

log = get_logger(__name__)


def run(context: SendContext, campaign_id: int, *, seconds: float) -> bool:
    """Send one campaign for about `seconds`; True if mails were left for another run.

    Sends nothing where the campaign is not in the state `sending`, the account is paused, the time
    has passed, or SES's limits are unknown.
    """
    job = open_job(context, campaign_id)
    if job is None:
        return False
    clock = anchored(context.clock)
    recorder = Recorder(context, job, clock)
    with (
        permission.asking(context.database, campaign_id) as is_permitted,
        closing(InFlight(context, job, recorder)) as in_flight,
    ):
        worker = _Worker(context, job, clock, recorder, in_flight, is_permitted)
        return _work(worker, time.monotonic() + seconds)


def _work(worker: "_Worker", ends: float) -> bool:
    after = 0
    while time.monotonic() < ends and not worker.is_over:
        claim = worker.claim(after)
        if claim:
            worker.send(claim)
        elif not worker.settle() and after == 0:
            return False
        after = claim.last_id
    return not worker.is_over


class _Worker:
    """One worker's turn at one campaign. `is_over` once anything said to stop."""

    def __init__(
        self,
        context: SendContext,
        job: SendJob,
        clock: Clock,
        recorder: Recorder,
        in_flight: InFlight,
        is_permitted: Callable[[], bool],
    ) -> None:
        self.context, self.job, self.clock = context, job, clock
        self.is_over = False
        self._recorder, self._in_flight, self._is_permitted = recorder, in_flight, is_permitted
        self._batch = rate_limiter.batch_size(job.ceiling)
        self._rate = rate_limiter.SAFETY * job.ceiling
        self._number = 0

    def claim(self, after: int) -> Claim:
        """Claim about a second's worth of mails, committed when this returns."""
        limit = self._claim_size()
        self.is_over = limit == 0 or not self._may_post()
        if limit == 0:
            with self.context.database.writing() as session:
                wait_for_quota(session, self.clock())
        if self.is_over:
            return Claim("", self.clock())
        restore_detection.watch(self.context.database, self.context.mark, clock=self.clock)
        claim = Claim("", self.clock())
        try:
            with self.context.database.writing() as session:
                claim = deliveries.claim(
                    session,
                    campaign_id=self.job.campaign_id,
                    after=after,
                    limit=limit,
                    now=claim.claimed_at,
                )
                if claim:
                    claim = self._without_the_erased(session, claim)
                    self._number = restore_detection.count(session)
        except Exception:
            self._give_back(claim, claim.mails)  # the commit's answer may have been lost
            raise
        return claim

    def _without_the_erased(self, session: Session, claim: Claim) -> Claim:
        addresses = [mail.address for mail in claim.mails]
        out = erasure.not_mailed(session, addresses, key=self.context.digest_key)
        return deliveries.leave_out(session, claim, out, now=claim.claimed_at)

    def send(self, claim: Claim) -> None:
        """Post a claim batch by batch; what is not posted any more goes back to the queue."""
        posted = 0
        try:
            self.context.mark.raise_to(self._number)
            for mails in _batches(claim.mails, self._batch):
                self._in_flight.make_room()
                if not (self._take_turn(claim) and self._may_post()):
                    self.is_over = True
                    break
                posted += len(mails)
                self._in_flight.post(claim, mails)
        finally:
            self._give_back(claim, claim.mails[posted:])
            log.info("claim", **self._of(claim), posted=posted)

    def _give_back(self, claim: Claim, mails: Sequence[Mail]) -> None:
        self._recorder.give_back(claim, [mail.delivery_id for mail in mails])

    def settle(self) -> bool:
        """Wait for what is under way, some of which may be queued again; False if nothing is."""
        return self._in_flight.settle()

    def _may_post(self) -> bool:
        is_stopped = self.is_over or self._recorder.must_stop
        return not is_stopped and self.clock() < self.job.not_after and self._is_permitted()

    def _claim_size(self) -> int:
        a_second = int(self.job.ceiling) // self._batch * self._batch
        size = max(self._batch, min(CLAIM_MAX, a_second))
        left_today = self._in_flight.left_today
        return size if left_today is None else min(size, left_today)

    def _take_turn(self, claim: Claim) -> bool:
        """Wait for a turn; False once it is too late, for the campaign or for this claim.

        A batch that is not full takes a whole turn too: among shorter ones some second would hold
        one batch too many. A worker frozen for longer than its lease must not post: its mails may
        be another's.
        """
        ends = min(self.job.not_after, claim.claimed_at + self.context.lease / 2)
        while self.clock() < ends:
            wait = self.context.rate_limiter.reserve(self._batch, self._rate)
            turn = self.context.monotonic() + wait
            self.context.sleep(max(0.0, turn - self.context.monotonic()))
            if self.context.monotonic() - turn < LATE:
                return True
        return False

    def _of(self, claim: Claim) -> dict[str, object]:
        """What names a claim in the log: the mails of one attempt."""
        return {
            "campaign": self.job.campaign_id,
            "attempt": claim.attempt_id,
            "mails": len(claim.mails),
            "last_delivery": claim.last_id,
        }


def _batches(mails: Sequence[Mail], size: int) -> Iterator[Sequence[Mail]]:
    for start in range(0, len(mails), size):
        yield mails[start : start + size]
