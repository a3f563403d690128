"""SES and SQS as a process of their own, with an accept log that is on the disk before an answer.

Time runs faster here than in production: a claim's lease is seconds, not minutes. So what a killed
poller had in hand comes back into sight after seconds too.
"""

import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kit.ports import free_port
from sandbox import queue, service
from sandbox.account import NO_LIMIT, AccountLimits
from sandbox.http import Request, Response
from tests.chaos import processes
from tests.support.faulty_ses.control import SandboxControl
from tests.support.faulty_ses.service import FaultySandbox

HIDDEN_AT_MOST = 10.0
REFUSED_CLOCK = "clock refused"
EVENTS_ARRIVE = {"duplicate": 0.2, "reorder": 0.3, "spread": 4.0}


class LoggedSandbox:
    """Where the stand-in answers, and what it wrote down."""

    def __init__(self, folder: Path, *, rate: float, seed: int, feed: Mapping[str, float]) -> None:
        self.log = folder / "accepted.jsonl"
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.control = SandboxControl(self.url)
        self._process = processes.start(
            [sys.executable, "-m", __name__, str(self._port), str(self.log), str(rate)],
            log=folder / "stand-in.log",
        )
        processes.wait_until(lambda: processes.is_open(self._port), "the stand-in")
        self.control.events(**feed, seed=seed)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL_SESV2": self.url,
            "AWS_ENDPOINT_URL_SQS": self.url,
            "AWS_ACCESS_KEY_ID": "sandbox",
            "AWS_SECRET_ACCESS_KEY": "sandbox",
            "AWS_REGION": "eu-west-2",
            "AWS_EC2_METADATA_DISABLED": "true",
            "CHECKIN_SES_CONFIGURATION_SET": service.CONFIGURATION_SET,
            "CHECKIN_SES_EVENTS_QUEUE_URL": f"{self.url}/000000000000/{service.QUEUE_NAME}",
        }

    def evidence(self) -> dict[str, int]:
        """How many sends and events were struck, by kind."""
        counters = self.control.counters()
        struck = {f"sends struck: {kind}": hits for kind, hits in counters["faults"].items()}
        kinds = ("duplicated", "reordered", "dropped")
        return struck | {f"events {kind}": counters["events"][kind] for kind in kinds}

    def stop(self) -> None:
        processes.end(self._process)


@contextmanager
def running(
    folder: Path, *, rate: float, seed: int, feed: Mapping[str, float]
) -> Iterator[LoggedSandbox]:
    """A stand-in with an empty log in `folder`."""
    stand_in = LoggedSandbox(folder, rate=rate, seed=seed, feed=feed)
    try:
        yield stand_in
    finally:
        stand_in.stop()


class ImpatientQueue(queue.MessageQueue):
    """Hides what was received for seconds at most, whatever the receiver asks for."""

    def receive(
        self, *, limit: int = 1, wait: float = 0.0, visibility: float | None = None
    ) -> list[queue.Received]:
        asked = self.visibility if visibility is None else visibility
        return super().receive(limit=limit, wait=wait, visibility=min(asked, HIDDEN_AT_MOST))


@dataclass(kw_only=True)
class CountingSandbox(FaultySandbox):
    """Counts the requests that it refuses for their signature's date among the faults."""

    def answer(self, request: Request) -> Response:
        response = super().answer(request)
        if b"Signature expired" in response.body or b"Signature not yet" in response.body:
            hits = self.acceptance.faults.hits
            hits[REFUSED_CLOCK] = hits.get(REFUSED_CLOCK, 0) + 1
        return response


def main(port: str, log: str, rate: str) -> None:
    sandbox = CountingSandbox(
        bind=f"127.0.0.1:{port}",
        inbox=None,
        limits=AccountLimits(max_send_rate=float(rate), max_24_hour_send=NO_LIMIT),
        event_delay=0.3,
        accept_log=Path(log),
        fsync=True,
    )
    sandbox.acceptance.feed.queue = ImpatientQueue(service.QUEUE_NAME)
    with sandbox:
        signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
