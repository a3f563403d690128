"""Send several requests to SES concurrently.

One worker that waits for each answer sends no faster than answers come: at 50 recipients a request
and a quarter of a second an answer, 200 mails a second.
"""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from campaigns.sending.context import SendContext, SendJob
from campaigns.sending.deliveries import Claim
from campaigns.sending.recording import Recorder
from campaigns.ses.transport import Mail, Outcome
from campaigns.ses.verdicts import Verdict


class InFlight:
    """One worker's requests. A thread posts each and records its answer."""

    def __init__(self, context: SendContext, job: SendJob, recorder: Recorder) -> None:
        self._transport, self._recorder = job.transport, recorder
        self._at_once = context.posts_at_once
        self._threads = ThreadPoolExecutor(self._at_once, thread_name_prefix="post")
        self._under_way: deque[Future[Sequence[Outcome]]] = deque()
        self._left_today = job.left_today

    @property
    def left_today(self) -> int | None:
        """How many mails SES's quota leaves, if all that is under way is accepted; None: any."""
        return self._left_today

    def make_room(self) -> None:
        """Wait until another batch may be posted.

        Raises what recording the ones before it raised.
        """
        while len(self._under_way) >= self._at_once or (
            self._under_way and self._under_way[0].done()
        ):
            self._handle_first()

    def post(self, claim: Claim, mails: Sequence[Mail]) -> None:
        """Post a batch, and return before its answer comes."""
        self._count(-len(mails))
        self._under_way.append(self._threads.submit(self._post, claim, mails))

    def settle(self) -> bool:
        """Wait for all that is under way; False if nothing was.

        Raises what recording it raised.
        """
        was_any = bool(self._under_way)
        while self._under_way:
            self._handle_first()
        return was_any

    def close(self) -> None:
        """Settle, and end."""
        try:
            self.settle()
        finally:
            self._threads.shutdown()

    def _post(self, claim: Claim, mails: Sequence[Mail]) -> Sequence[Outcome]:
        outcomes = self._transport.send(mails, claim.attempt_id)
        self._recorder.record(claim, outcomes)
        return outcomes

    def _handle_first(self) -> None:
        outcomes = self._under_way.popleft().result()
        self._count(sum(outcome.verdict is not Verdict.ACCEPTED for outcome in outcomes))

    def _count(self, change: int) -> None:
        if self._left_today is not None:
            self._left_today = max(0, self._left_today + change)
