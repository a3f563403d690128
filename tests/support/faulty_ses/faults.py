"""Injected faults: lost answers, server errors, throttling, slowness, scripted statuses."""

import json
import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from random import Random
from typing import Any

from sandbox.errors import AwsError, too_many_requests
from sandbox.http import Request, Response

ENTRIES, RESULTS = "BulkEmailEntries", "BulkEmailEntryResults"
SCRIPTED = "The stand-in was told to give this status."
SUCCESS = "SUCCESS"
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
    SUCCESS,
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

Json = dict[str, Any]


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
        self.random = Random(self.seed)

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

    def takes(self, address: str, place: int, size: int) -> bool:
        """Whether it is for this entry of a request of `size`; the first has place 0."""
        is_among = (self.first is None or place < self.first) and (
            self.last is None or place >= size - self.last
        )
        return self.count != 0 and self.address in {None, address} and is_among


class Faults:
    """The active faults, shared by every connection."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[InjectedFault] = []
        self._scripts: list[Script] = []
        self.outcomes: dict[str, str] = {}
        self.hits: dict[str, int] = {}

    def add(self, **fault: Any) -> None:
        """Add a fault; raises ValueError or TypeError if `InjectedFault` does not take it."""
        made = InjectedFault(**fault)
        with self._lock:
            self._faults.append(made)

    def script(self, **script: Any) -> None:
        """Add a scripted status; see `Script`."""
        made = Script(**script)
        with self._lock:
            self._scripts.append(made)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()
            self._scripts.clear()
            self.outcomes.clear()

    def around(self, request: Request, answer: Callable[[Request], Response]) -> Response:
        """Answer one send with `answer`, and apply the faults and the scripts that hit it.

        Raises:
            AwsError: the fault is an error.
            ConnectionResetError: the fault is that no answer comes.
        """
        struck = self._strike() if self._faults else {}
        self._before(struck)
        if "drop-midway" in struck:
            request = _halved(request)
        response = self._refuse_scripted(request, answer) if self._scripts else answer(request)
        self._after(struck)
        return response

    def _refuse_scripted(self, request: Request, answer: Callable[[Request], Response]) -> Response:
        """Let SES see the entries that no script refuses, and put the results back in order."""
        body = json.loads(request.body)
        entries = body.get(ENTRIES, [])
        statuses = [
            self._scripted(entry["Destination"]["ToAddresses"][0], place, len(entries))
            for place, entry in enumerate(entries)
        ]
        left = [entry for entry, status in zip(entries, statuses, strict=True) if not status]
        if len(left) == len(entries):
            return answer(request)
        accepted: Iterator[Json] = iter(())
        if left:
            response = answer(_with_entries(request, left))
            if response.status != HTTPStatus.OK:
                return response
            accepted = iter(json.loads(response.body)[RESULTS])
        results = [
            {"Status": status, "Error": SCRIPTED} if status else next(accepted)
            for status in statuses
        ]
        return Response(HTTPStatus.OK, json.dumps({RESULTS: results}).encode())

    def _scripted(self, address: str, place: int, size: int) -> str | None:
        """Return the status with which a script refuses a bulk entry, if any."""
        with self._lock:
            for script in self._scripts:
                if script.takes(address, place, size):
                    if script.count is not None:
                        script.count -= 1
                    self.hits[script.status] = self.hits.get(script.status, 0) + 1
                    return script.status if script.status != SUCCESS else None
        return None

    def _strike(self) -> dict[str, InjectedFault]:
        with self._lock:
            struck = {fault.kind: fault for fault in self._faults if fault.strikes()}
            for kind in struck:
                self.hits[kind] = self.hits.get(kind, 0) + 1
        return struck

    def _before(self, struck: dict[str, InjectedFault]) -> None:
        if "slow-before" in struck:
            time.sleep(struck["slow-before"].seconds)
        if "drop-before" in struck:
            raise ConnectionResetError
        if "error-before" in struck:
            raise struck["error-before"].error()
        if "throttle" in struck:
            raise too_many_requests("Maximum sending rate exceeded.")

    def _after(self, struck: dict[str, InjectedFault]) -> None:
        if "slow-after" in struck:
            time.sleep(struck["slow-after"].seconds)
        if "drop-after" in struck or "drop-midway" in struck:
            raise ConnectionResetError
        if "error-after" in struck:
            raise struck["error-after"].error()


def _halved(request: Request) -> Request:
    entries = json.loads(request.body).get(ENTRIES, [])
    return _with_entries(request, entries[: math.ceil(len(entries) / 2)])


def _with_entries(request: Request, entries: list[Json]) -> Request:
    body = json.loads(request.body) | {ENTRIES: entries}
    return replace(request, body=json.dumps(body).encode())
