"""Start processes in a session of their own, and end only those, by pid."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0


class NotInTime(Exception):
    """Something that was waited for did not come."""


def start(
    command: Sequence[str], *, log: Path, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a command in a process group of its own; what it says goes to the end of `log`."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that `start` made, with the children it leaves behind."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(PATIENCE)


def wait_until(is_so: Callable[[], bool], what: str, *, seconds: float = PATIENCE) -> None:
    """Wait for something to be so.

    Raises:
        NotInTime: naming what was waited for.
    """
    ends = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > ends:
            raise NotInTime(f"{what} did not come within {seconds:.0f} s")
        time.sleep(0.1)


def is_open(port: int) -> bool:
    """Whether somebody listens on a port of the loopback."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
