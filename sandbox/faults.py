"""Injected faults: lost answers, server errors, throttling, slowness, scripted statuses."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from sandbox.errors import AwsError, too_many_requests
from sandbox.http import Dropped

KINDS = (
    "drop-before",
    "drop-midway",
    "drop-after",
    "error-before",
    "error-after",
    "slow-before",
    "slow-after",
    "throttle",
)
STATUSES = (
    "SUCCESS",
    "MESSAGE_REJECTED",
    "MAIL_FROM_DOMAIN_NOT_VERIFIED",
    "CONFIGURATION_SET_NOT_FOUND",
    "TEMPLATE_NOT_FOUND",
    "ACCOUNT_SUSPENDED",
    "ACCOUNT_THROTTLED",
    "ACCOUNT_DAILY_QUOTA_EXCEEDED",
    "INVALID_SENDING_POOL_NAME",
    "ACCOUNT_SENDING_PAUSED",
    "CONFIGURATION_SET_SENDING_PAUSED",
    "INVALID_PARAMETER",
    "TRANSIENT_FAILURE",
    "FAILED",
)


@dataclass(slots=True)
class InjectedFault:
    """One kind of fault, for future sends.

    `count` sends are hit and then it is over (None: until it is cleared), each with `probability`.
    `seconds` is how slow, `status` the HTTP status of an error, `code` another AWS error to give.
    "before" means that nothing was accepted, "after" that all was, "midway" that half was.
    """

    kind: str
    count: int | None = 1
    probability: float = 1.0
    seconds: float = 1.0
    status: int = 500
    code: str = "InternalServiceErrorException"
    seed: int = 0
    hits: int = 0
    random: Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"there is no fault {self.kind}; use one of {', '.join(KINDS)}")
        self.random = Random(self.seed)  # noqa: S311 - faults are replayed by seed

    def strikes(self) -> bool:
        """Decide whether the fault hits one send."""
        if self.count is not None and self.hits >= self.count:
            return False
        if self.probability < 1 and self.random.random() >= self.probability:
            return False
        self.hits += 1
        return True

    def error(self) -> AwsError:
        return AwsError(self.code, "The stand-in was told to fail.", self.status)


@dataclass(frozen=True, slots=True)
class EntryPlace:
    """One entry of a bulk request: its address, and which it is, from 0, of how many."""

    address: str
    place: int
    size: int


@dataclass(slots=True)
class Script:
    """A status given to some bulk entries instead of sending them.

    `count` entries get it (None: until it is cleared): those to `address`, or any; with `first` or
    `last`, only so many at the beginning or the end of each request.
    """

    status: str
    count: int | None = 1
    address: str | None = None
    first: int | None = None
    last: int | None = None

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise ValueError(f"there is no status {self.status}")

    def takes(self, entry: EntryPlace) -> bool:
        is_among = (self.first is None or entry.place < self.first) and (
            self.last is None or entry.place >= entry.size - self.last
        )
        return self.count != 0 and self.address in {None, entry.address} and is_among


class Faults:
    """The active faults, shared by every connection."""

    def __init__(self, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep
        self._lock = threading.Lock()
        self._faults: list[InjectedFault] = []
        self._scripts: list[Script] = []
        self.outcomes: dict[str, str] = {}
        self.hits: dict[str, int] = {}

    def add(self, **fault: Any) -> None:
        """Add a fault (see Fault); raises ValueError or TypeError if it is not one."""
        made = InjectedFault(**fault)
        with self._lock:
            self._faults.append(made)

    def script(self, **script: Any) -> None:
        """Add a scripted status (see Script)."""
        made = Script(**script)
        with self._lock:
            self._scripts.append(made)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()
            self._scripts.clear()
            self.outcomes.clear()

    def scripted(self, entry: EntryPlace) -> str | None:
        """Return the status that a script gives a bulk entry, if any."""
        if not self._scripts:
            return None
        with self._lock:
            for script in self._scripts:
                if script.takes(entry):
                    if script.count is not None:
                        script.count -= 1
                    self.hits[script.status] = self.hits.get(script.status, 0) + 1
                    return script.status
        return None

    @contextmanager
    def around(self) -> Iterator[float]:
        """Apply the faults that hit one send; yields the share of it to accept."""
        struck = self._strike() if self._faults else {}
        self._before(struck)
        yield 0.5 if "drop-midway" in struck else 1.0
        self._after(struck)

    def _strike(self) -> dict[str, InjectedFault]:
        with self._lock:
            struck = {fault.kind: fault for fault in self._faults if fault.strikes()}
            for kind in struck:
                self.hits[kind] = self.hits.get(kind, 0) + 1
        return struck

    def _before(self, struck: dict[str, InjectedFault]) -> None:
        if "slow-before" in struck:
            self._sleep(struck["slow-before"].seconds)
        if "drop-before" in struck:
            raise Dropped
        if "error-before" in struck:
            raise struck["error-before"].error()
        if "throttle" in struck:
            raise too_many_requests("Maximum sending rate exceeded.")

    def _after(self, struck: dict[str, InjectedFault]) -> None:
        if "slow-after" in struck:
            self._sleep(struck["slow-after"].seconds)
        if "drop-after" in struck or "drop-midway" in struck:
            raise Dropped
        if "error-after" in struck:
            raise struck["error-after"].error()
