"""Cold start and memory of each process as an operator starts it, on the embedded default.

Memory is the proportional set size of the process and its children, so that what they share is
counted once; it is taken when the process has become ready and has nothing to do.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from bench.rows import Measurement

CELERY = ("-m", "celery", "-A", "tasks")
ROOT = Path(__file__).resolve().parents[1]
PROCESSES = {
    "console": (("-m", "checkin", "serve", "console", "--bind", "127.0.0.1:0"), "http://"),
    "portal": (("-m", "checkin", "serve", "portal", "--bind", "127.0.0.1:0"), "http://"),
    "campaign worker, 2 children": ((*CELERY, "worker", "-Q", "campaign", "-c", "2"), " ready."),
    "platform worker, 2 children": ((*CELERY, "worker", "-Q", "platform", "-c", "2"), " ready."),
    "beat": ((*CELERY, "beat"), "Starting..."),
}
"""What each is started with, and what it says when it can work."""
START_SECONDS, MEMORY_MB = 10.0, 250.0
PATIENCE = 120.0


def measure() -> list[Measurement]:
    """A row for the start and one for the memory of each process."""
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(Path(folder))
        _run("-m", "checkin", "init", environment=environment)
        return [row for name in PROCESSES for row in _of_process(name, environment)]


def _of_process(name: str, environment: dict[str, str]) -> Iterator[Measurement]:
    arguments, says = PROCESSES[name]
    began = time.perf_counter()
    with _started(arguments, environment) as process:
        _wait_for(process, says)
        seconds = time.perf_counter() - began
        megabytes = _memory(process.pid)
    yield Measurement(
        f"cold start: {name}",
        f"{seconds:.1f} s",
        f"≤ {START_SECONDS:.0f} s",
        seconds <= START_SECONDS,
    )
    yield Measurement(
        f"memory: {name}", f"{megabytes:.0f} MB", f"≤ {MEMORY_MB:.0f} MB", megabytes <= MEMORY_MB
    )


def _environment(folder: Path) -> dict[str, str]:
    keys = folder / "keys"
    return {
        name: value for name, value in os.environ.items() if not name.startswith("CHECKIN_")
    } | {
        "CHECKIN_CAMPAIGN_DATABASE_URL": f"sqlite:///{folder}/campaign.db",
        "CHECKIN_PLATFORM_DATABASE_URL": f"sqlite:///{folder}/platform.db",
        "CHECKIN_SECRET_KEY_FILE": str(keys / "console"),
        "CHECKIN_LINK_KEYS_FILE": str(keys / "links"),
        "CHECKIN_VAULT_KEYS": str(keys / "vault"),
    }


@contextmanager
def _started(
    arguments: Sequence[str], environment: dict[str, str]
) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def _wait_for(process: subprocess.Popen[str], says: str) -> None:
    """Read what it says until it says so; one that says nothing more is ended."""
    assert process.stderr is not None
    overdue = threading.Timer(PATIENCE, process.kill)
    overdue.start()
    try:
        for line in process.stderr:
            if says in line:
                return
    finally:
        overdue.cancel()
    raise RuntimeError(f"it ended without saying {says!r}")


def _memory(pid: int) -> float:
    """Proportional set size in MB of a process and those it started."""
    parent = psutil.Process(pid)
    family = [parent, *parent.children(recursive=True)]
    return float(sum(member.memory_full_info().pss for member in family)) / 2**20


def _run(*arguments: str, environment: dict[str, str]) -> None:
    command = [sys.executable, *arguments]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
