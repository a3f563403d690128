"""What a newcomer waits for: a fresh clone, its installation, the demo, and the demo again."""

import os
import subprocess
import tempfile
import time
from pathlib import Path

from bench.rows import Measurement

ROOT = Path(__file__).resolve().parent.parent
RUN = ["make", "demo", "ARGS=--once"]
INSTALL = ["make", ".venv/run.stamp"]
RUN_TARGET = 10.0


def measure() -> list[Measurement]:
    """Seconds of wall time, of what is committed; the package cache is this machine's own."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        install, first, again = (_seconds(command, clone) for command in (INSTALL, RUN, RUN))
    return [
        Measurement(
            name="cold make demo ARGS=--once: the run",
            value=f"{first:.1f} s",
            target=f"under {RUN_TARGET:.0f} s",
            met=first < RUN_TARGET,
            note=f"240 tenants; {install:.1f} s of installation before it",
        ),
        Measurement(
            name="warm make demo ARGS=--once",
            value=f"{again:.1f} s",
            target=f"under {RUN_TARGET:.0f} s",
            met=again < RUN_TARGET,
            note="240 tenants; nothing to install",
        ),
    ]


def _seconds(command: list[str], folder: Path) -> float:
    """How long a command takes in a folder, without the outer make's variables."""
    environment = {name: os.environ[name] for name in os.environ if not name.startswith("MAKE")}
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return time.perf_counter() - started
