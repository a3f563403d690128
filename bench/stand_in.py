"""The SES stand-in as a process of its own, at whatever rate is asked for."""

import gc
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.account import AccountLimits
from tests.support.faulty_ses.control import SandboxControl
from tests.support.faulty_ses.feed import FeedFaults
from tests.support.faulty_ses.service import FaultySandbox

UNLIMITED = -1.0


@dataclass(frozen=True, slots=True)
class SandboxProcess:
    """A running stand-in: its process, the environment of those who use it, its accept log."""

    pid: int
    environment: dict[str, str]
    accept_log: Path

    @property
    def control(self) -> SandboxControl:
        return SandboxControl(self.environment["AWS_ENDPOINT_URL_SESV2"])


@contextmanager
def running(rate: float = UNLIMITED) -> Iterator[SandboxProcess]:
    """Start it, and end it by its own process id."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "accepted.jsonl")
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.stand_in", str(rate), str(log)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        try:
            environment = json.loads(process.stdout.readline())
            yield SandboxProcess(process.pid, environment, log)
        finally:
            process.terminate()
            process.wait()
            process.stdout.close()


NEVER = 1_000_000
"""No full garbage collection: each would pause the stand-in for 50 ms, which SES never does."""


def _serve(rate: float, log: Path) -> None:
    limits = AccountLimits(max_send_rate=rate, max_24_hour_send=UNLIMITED)
    silent = FeedFaults(types=())
    gc.set_threshold(10_000, 10, NEVER)
    with FaultySandbox(
        inbox=None, limits=limits, feed=silent, kept=1000, accept_log=log
    ) as sandbox:
        sys.stdout.write(json.dumps(dict(sandbox.environment)) + "\n")
        sys.stdout.flush()
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    _serve(float(sys.argv[1]), Path(sys.argv[2]))
