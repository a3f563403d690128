"""Batches on their way to SES: a few at once, so that nobody waits for SES while SES waits for us.

One worker that waits for each answer sends no faster than answers come: at 50 recipients a request
and a quarter of a second an answer, 200 mails a second.
"""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from campaigns.sending.desk import Desk, Order
from campaigns.sending.recording import Recorder
from campaigns.ses.transport import Mail, Outcome
from campaigns.ses.verdicts import Verdict
from kit.clock import Clock


class Posts:
    """One slice's requests. Each is posted and recorded by a thread, and heeded here in order.

    A batch that was accepted whole is written by the thread that posted it. Any other is written
    and heeded before anything else is posted than what is under way already. `must_stop` once an
    answer ends the slice.
    """

    def __init__(self, desk: Desk, order: Order, clock: Clock) -> None:
        self._transport = order.transport
        self._recorder = Recorder(desk, order, clock)
        self._at_once = desk.posts_at_once
        self._threads = ThreadPoolExecutor(self._at_once, thread_name_prefix="post")
        self._under_way: deque[tuple[str, Future[Sequence[Outcome]]]] = deque()
        self._left_today = order.left_today

    @property
    def must_stop(self) -> bool:
        return self._recorder.must_stop

    @property
    def left_today(self) -> int | None:
        """How many mails SES's quota leaves, if all that is under way is accepted; None: any."""
        return self._left_today

    def make_room(self) -> None:
        """Wait until another batch may be posted, and heed what came of those before it.

        Raises what writing them raised.
        """
        while len(self._under_way) >= self._at_once or (
            self._under_way and self._under_way[0][1].done()
        ):
            self._heed_the_first()

    def post(self, attempt_id: str, mails: Sequence[Mail]) -> None:
        """Post a batch, and return before its answer comes."""
        self._count(-len(mails))
        self._under_way.append((attempt_id, self._threads.submit(self._post, attempt_id, mails)))

    def settle(self) -> bool:
        """Wait for all that is under way, and heed it; False if nothing was.

        Raises what writing it raised.
        """
        was_any = bool(self._under_way)
        while self._under_way:
            self._heed_the_first()
        return was_any

    def close(self) -> None:
        """Settle, and end."""
        try:
            self.settle()
        finally:
            self._threads.shutdown()

    def _post(self, attempt_id: str, mails: Sequence[Mail]) -> Sequence[Outcome]:
        outcomes = self._transport.send(mails, attempt_id)
        if _all_accepted(outcomes):
            self._recorder.write(attempt_id, outcomes)
        return outcomes

    def _heed_the_first(self) -> None:
        attempt_id, answer = self._under_way.popleft()
        outcomes = answer.result()
        if _all_accepted(outcomes):
            self._recorder.note_success()
        else:
            self._recorder.write_and_heed(attempt_id, outcomes)
            self._count(sum(outcome.verdict is not Verdict.ACCEPTED for outcome in outcomes))

    def _count(self, change: int) -> None:
        if self._left_today is not None:
            self._left_today = max(0, self._left_today + change)


def _all_accepted(outcomes: Sequence[Outcome]) -> bool:
    return all(outcome.verdict is Verdict.ACCEPTED for outcome in outcomes)
