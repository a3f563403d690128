"""A background readiness check; requests get its last result.

So `/readyz` costs the database the same however often it is requested, and never waits for it.
"""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread

from kit.log import get_logger

LOOKS_EVERY = 1.0
STALE_AFTER = 4.0
"""Seconds. A check takes about two at most (`kit.timeouts.LOOK`); an older one is not trusted."""
SAID_AGAIN_AFTER = 60.0
NUMBER = re.compile(r"\d+")

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Seen:
    reasons: Sequence[str]
    at: float


class Watch:
    """Calls `reasons`, which yields why the side is not ready, every second in a thread."""

    def __init__(
        self,
        reasons: Callable[[], Sequence[str]],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reasons = reasons
        self._monotonic = monotonic
        self._seen: _Seen | None = None
        self._said: tuple[list[str], float] = ([], 0.0)
        self._stopped = Event()

    def start(self) -> None:
        """Start checking, until `stop`."""
        self._stopped.clear()
        Thread(target=self._run, name="watch", daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()

    def is_ready(self) -> bool:
        """Whether the last check is recent and found nothing wrong; False before the first."""
        seen = self._seen
        return seen is not None and not seen.reasons and self._age(seen.at) < STALE_AFTER

    def look(self) -> None:
        """Check now; log what is wrong when it changes, and once a minute."""
        try:
            reasons = self._reasons()
        except Exception as error:  # noqa: BLE001 - the thread has to go on
            reasons = [f"The look itself failed ({type(error).__name__})."]
        self._seen = _Seen(reasons, self._monotonic())
        self._tell(reasons)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self.look()
            self._stopped.wait(LOOKS_EVERY)

    def _tell(self, reasons: Sequence[str]) -> None:
        kinds = [NUMBER.sub("", reason) for reason in reasons]
        said, at = self._said
        if kinds == said and (not kinds or self._age(at) < SAID_AGAIN_AFTER):
            return
        for reason in reasons:
            log.warning("not ready", reason=reason)
        if not reasons:
            log.info("ready again")
        self._said = (kinds, self._monotonic())

    def _age(self, at: float) -> float:
        return self._monotonic() - at
