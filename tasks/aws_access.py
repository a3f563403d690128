"""Hand messages on to other workers while AWS refuses this process.

A process whose clock or credentials AWS refuses, or that does not reach AWS, fails at once. It
would be free again before all others and draw the next message, too. So it rests: until AWS answers
it again, it puts each message that needs AWS back into the queue, and marks nothing as begun.

Celery's own `retry` after some seconds would not do: a clock that AWS refuses would put the message
into the future.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError
from celery import current_task

from kit import aws_refusals, heartbeats
from kit.clock import Clock
from kit.log import get_logger
from tasks.process import current

REST = 10.0
"""Seconds until a process that was refused asks again."""
PAUSE = 0.5
"""Seconds for which a process takes no other message after it handed one on."""
TICKS = 2

log = get_logger(__name__)


class AwsAccess:
    """Whether one service of AWS answers this process. Any thread may tell it of a refusal.

    `ask` is a request without side effects, made before anything else and after each rest. `note`
    writes down under which code this machine is refused, or None once it is not.
    """

    def __init__(self, ask: Callable[[], object], note: Callable[[str | None], None]) -> None:
        self._ask, self._note = ask, note
        self._is_proven = False
        self._rests_until = 0.0
        self._unwritten: str | None = None

    def is_refused(self) -> bool:
        """Whether this process rests; asks AWS where that is not known."""
        if not self._is_proven and not self._is_resting:
            self._prove()
        if (code := self._unwritten) is not None:
            self._unwritten = None
            self._note(code)
        return self._is_resting

    @contextmanager
    def heeding(self) -> Iterator[None]:
        """Rest if the block ends because AWS refuses this process; the error passes."""
        try:
            yield
        except (BotoCoreError, ClientError) as error:
            if aws_refusals.concerns_asker(error):
                self.rest(heartbeats.code_of(error))
            raise

    def rest(self, code: str) -> None:
        """AWS answered this process with `code`, or did not answer it at all."""
        self._is_proven = False
        self._rests_until = time.monotonic() + REST
        self._unwritten = code
        log.warning("AWS refuses this process, which rests", error=code, seconds=REST)

    @property
    def _is_resting(self) -> bool:
        return time.monotonic() < self._rests_until

    def _prove(self) -> None:
        with suppress(BotoCoreError, ClientError), self.heeding():
            self._ask()
            self._is_proven = True
            self._note(None)


def hand_on(*ids: int, asked_at: str, clock: Clock) -> None:
    """Put the current task's message back into the queue, for any worker.

    Its arguments are the `ids` and when it was sent first, by the database's clock (ISO 8601). Once
    it is two ticks old it is dropped: later ones replace it.
    """
    if current_task.request.called_directly:
        return
    now = clock()
    since = datetime.fromisoformat(asked_at) if asked_at else now
    if now - since >= TICKS * current().tick:
        log.info("a message was dropped: AWS refused whoever took it")
        return
    log.info("a message was handed on")
    current_task.delay(*ids, since.isoformat())
    time.sleep(PAUSE)
