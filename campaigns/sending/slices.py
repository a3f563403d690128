"""Send one campaign for a while: claim, commit, make room, take a turn, look up, post, go on.

Any number of workers may run this at once on the same campaign. Nothing is kept between slices but
what is in the database, so a slice may die at any line.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from campaigns.sending import delivery, restored
from campaigns.sending.anchor import Mark
from campaigns.sending.delivery import Claim
from campaigns.sending.desk import Desk, Order, open_order
from campaigns.sending.gate import Gate
from campaigns.sending.posting import Posts
from campaigns.sending.recording import wait_for_quota
from campaigns.ses import pace
from campaigns.ses.transport import Mail
from kit.clock import anchored
from kit.log import get_logger

CLAIM_MAX = 500
LATE = 0.015
"""Seconds: a turn used later than this would crowd the next one, so another is taken."""

log = get_logger(__name__)


def send_for(desk: Desk, campaign_id: int, *, seconds: float) -> bool:
    """Send one campaign for about `seconds`; True if mails were left for another slice.

    Sends nothing where the campaign is not in the state `sending`, the account is paused, the time
    has passed, or SES's limits are unknown.
    """
    order = open_order(desk, campaign_id)
    if order is None:
        return False
    ends = time.monotonic() + seconds
    after = 0
    with _Slice(desk, order) as slice_:
        while time.monotonic() < ends and not slice_.is_over:
            claim = slice_.claim(after)
            if claim:
                slice_.send(claim)
            elif not slice_.settle() and after == 0:
                return False
            after = claim.last_id
        return not slice_.is_over


class _Slice:
    """One worker's turn at one campaign. `is_over` once anything said to stop."""

    def __init__(self, desk: Desk, order: Order) -> None:
        self.desk, self.order = desk, order
        self.clock = anchored(desk.clock)
        self.is_over = False
        self._batch = pace.batch_size(order.ceiling)
        self._rate = pace.SAFETY * order.ceiling
        self._gate = Gate(desk.database, order.campaign_id)
        self._posts = Posts(desk, order, self.clock)
        self._mark = Mark()
        self._held = ExitStack()

    def __enter__(self) -> Self:
        self._held.callback(self._posts.close)
        self._held.enter_context(self._gate)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._held.__exit__(kind, error, trace)

    def claim(self, after: int) -> Claim:
        """Claim about a second's worth of mails, committed when this returns."""
        now, limit = self.clock(), self._claim_size()
        self.is_over = limit == 0 or not self._may_post()
        memory = restored.Memory.of(self.desk.anchor, self.order.month)
        with self.desk.database.writing() as session:
            if limit == 0:
                wait_for_quota(session, now)
            if self.is_over:
                return Claim("", now, (), 0)
            campaign_id = self.order.campaign_id
            restored.hold(session, campaign_id, memory, now=now)
            claim = delivery.claim(
                session, campaign_id=campaign_id, after=after, limit=limit, now=now
            )
            if claim:
                self._mark = restored.claimed(session, campaign_id, claim.last_id)
            return claim

    def send(self, claim: Claim) -> None:
        """Post a claim batch by batch; what is not posted any more goes back to the queue."""
        posted = 0
        try:
            self.desk.anchor.raise_to(self.order.month, self.order.listed, self._mark)
            for mails in _batches(claim.mails, self._batch):
                self._posts.make_room()
                if not (self._take_turn(claim) and self._may_post()):
                    self.is_over = True
                    break
                posted += len(mails)
                self._posts.post(claim.attempt_id, mails)
        finally:
            self._give_back(claim, posted)
            log.info("claim", **self._of(claim), posted=posted)

    def settle(self) -> bool:
        """Wait for what is under way, some of which may be queued again; False if nothing is."""
        return self._posts.settle()

    def _may_post(self) -> bool:
        is_stopped = self.is_over or self._posts.must_stop
        return not is_stopped and self.clock() < self.order.not_after and self._gate.is_open()

    def _claim_size(self) -> int:
        a_second = int(self.order.ceiling) // self._batch * self._batch
        size = max(self._batch, min(CLAIM_MAX, a_second))
        left_today = self._posts.left_today
        return size if left_today is None else min(size, left_today)

    def _take_turn(self, claim: Claim) -> bool:
        """Wait for a turn; False once it is too late, for the campaign or for this claim.

        A batch that is not full takes a whole turn too: among shorter ones some second would hold
        one batch too many. A worker frozen for longer than its lease must not post: its mails may
        be another's.
        """
        ends = min(self.order.not_after, claim.claimed_at + self.desk.lease / 2)
        while self.clock() < ends:
            turn = time.monotonic() + self.desk.pace.reserve(self._batch, self._rate)
            self.desk.sleep(max(0.0, turn - time.monotonic()))
            if time.monotonic() - turn < LATE:
                return True
        return False

    def _of(self, claim: Claim) -> dict[str, object]:
        """What names a claim in the log: the mails of one attempt."""
        return {
            "campaign": self.order.campaign_id,
            "attempt": claim.attempt_id,
            "mails": len(claim.mails),
            "last_delivery": claim.last_id,
        }

    def _give_back(self, claim: Claim, posted: int) -> None:
        unposted = [mail.delivery_id for mail in claim.mails[posted:]]
        if unposted:
            with self.desk.database.writing() as session:
                delivery.release(session, claim.attempt_id, unposted, now=self.clock())


def _batches(mails: Sequence[Mail], size: int) -> Iterator[Sequence[Mail]]:
    for start in range(0, len(mails), size):
        yield mails[start : start + size]
