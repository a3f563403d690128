"""Durations as people write them: `7s`, `10m`, `48h`, `30d`."""

import re
from datetime import timedelta

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
PATTERN = re.compile(r"([0-9]{1,6})([smhd])")


def parse(text: str) -> timedelta:
    """Read a duration; raises ValueError with a sentence for the reader."""
    match = PATTERN.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"“{text[:40]}” is not a duration; write one as 7s, 10m, 48h or 30d")
    return timedelta(**{UNITS[match[2]]: int(match[1])})


def as_text(duration: timedelta) -> str:
    """Write a duration in the largest unit that divides it."""
    seconds = int(duration.total_seconds())
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
