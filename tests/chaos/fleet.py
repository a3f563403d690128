"""Real Celery workers and beats, as an operator runs them, and somebody to start them again."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.chaos import processes, skewed

CELERY = (sys.executable, "-m", "celery", "-A", "tasks")
WORKER = ["worker", "-Q", "campaign", "-c", "2", "--without-gossip", "--without-mingle"]
BEATS = 2
LEAVES_WITHIN = 120


@dataclass
class Member:
    """One process of the fleet, started again whenever it is found dead."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    starts: int = 0
    process: subprocess.Popen[bytes] | None = None
    former: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def tend(self) -> None:
        if self.process is not None and self.process.poll() is None:
            return
        if self.process is not None:
            self.former.append(self.process)
        log = self.folder / f"{self.name}.log"
        self.process = processes.start(self.command, log=log, environment=self.environment)
        self.starts += 1

    def signal(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def children(self) -> list[psutil.Process]:
        """The processes a worker forked to do the work, the oldest first."""
        if self.process is None:
            return []
        with suppress(psutil.NoSuchProcess):
            return list(psutil.Process(self.process.pid).children())
        return []

    def end(self) -> None:
        """End it and whatever its former lives left behind."""
        for process in [*self.former, *([self.process] if self.process else [])]:
            processes.end(process)


class Fleet:
    """Some workers and two beats."""

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str],
        *,
        workers: int,
        skew: float = 0.0,
        command: Sequence[str] = CELERY,
    ) -> None:
        self.workers = [
            Member(
                f"worker-{number}",
                [
                    *self._program(command, skew if number == 1 else 0.0),
                    *WORKER,
                    "-n",
                    f"worker-{number}@chaos",
                ],
                environment,
                folder,
            )
            for number in range(1, workers + 1)
        ]
        self.beats = [
            Member(f"beat-{number}", [*command, "beat"], environment, folder)
            for number in range(1, BEATS + 1)
        ]

    @property
    def members(self) -> list[Member]:
        return [*self.workers, *self.beats]

    def tend(self) -> None:
        """Start whoever is not running."""
        for member in self.members:
            member.tend()

    def stop(self) -> None:
        """Ask everybody to leave, as a supervisor does, and wait until they have."""
        for member in self.members:
            member.signal(signal.SIGTERM)
        for member in self.members:
            if member.process is not None:
                member.process.wait(LEAVES_WITHIN)

    def end(self) -> None:
        for member in self.members:
            member.end()

    @staticmethod
    def _program(command: Sequence[str], skew: float) -> Sequence[str]:
        return skewed.command(skew) if command is CELERY else command


@contextmanager
def running(fleet: Fleet) -> Iterator[Fleet]:
    """Start a fleet, and end every process of it."""
    try:
        fleet.tend()
        yield fleet
    finally:
        fleet.end()
