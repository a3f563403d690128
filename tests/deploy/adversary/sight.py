"""Everything that the campaign side can see of a month, as text to compare.

Two months never have the same random numbers. These, and nothing else, are given a name instead:

- a link's token: whose link it is, which the sender knows from the mailing list;
- a time within a day of the machine's own: PostgreSQL's, SES's. The month's clock is years away;
- SES's and SQS's message ids, attempt ids, UUIDs;
- what only its maker can read: the digest that undoes a choice, the reference of a
  complaint, the console's form tokens, sign-ins and cookies.

Events lie in the queue in any order, so they are sorted.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from difflib import unified_diff

SLOWER = 0.4
"""Seconds: a coarse difference that no queue for the processor makes in the quicker of two."""

MESSAGE_ID = re.compile(r"010b[0-9a-f]{12}-[0-9a-f-]{36}-000000")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:\.\d+)?")
UNDO = re.compile(r'(?<=name="undo" value=")([^" ]+) [^"]+')
UNDO_IN_ADDRESS = re.compile(r"(?<=\?undo=)([^+\s]+)\+\S+")
WRITTEN_TIME = re.compile(r'(<time datetime="[^"]*">)[^<]*')
FORM_TOKEN = re.compile(r'(?<=name="csrf_token" value=")[^"]+')


@dataclass
class Sight:
    """What was seen, under the name of the place, and how many seconds each answer took."""

    seen: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def note(self, place: str, text: str) -> None:
        self.seen[place] = text

    def took(self, place: str, seconds: float) -> None:
        """Remember the quickest: whatever else the machine did meanwhile made the others slow."""
        self.seconds[place] = min(seconds, self.seconds.get(place, seconds))

    def without_chance(self, tokens: Mapping[str, str]) -> "Sight":
        """The same, with each random number replaced as the module says."""
        return Sight({k: _without_chance(v, tokens) for k, v in self.seen.items()}, self.seconds)


def differences(one: Sight, other: Sight) -> dict[str, list[str]]:
    """The places in which two months look different, each with the lines that differ."""
    places = sorted(one.seen.keys() | other.seen.keys())
    found = {p: _differing(one.seen.get(p, ""), other.seen.get(p, "")) for p in places}
    for place, seconds in one.seconds.items():
        others = other.seconds.get(place, seconds)
        if abs(seconds - others) > SLOWER:
            found[f"time of {place}"] = [f"-{seconds}", f"+{others}"]
    return {place: lines for place, lines in found.items() if lines}


def _differing(one: str, other: str) -> list[str]:
    lines = unified_diff(one.splitlines(), other.splitlines(), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def _without_chance(text: str, tokens: Mapping[str, str]) -> str:
    for token, name in tokens.items():
        text = text.replace(token, name)
    for pattern, name in (
        (MESSAGE_ID, "MESSAGE"),
        (UUID, "UUID"),
        (UNDO, r"\1 UNDO"),
        (UNDO_IN_ADDRESS, r"\1 UNDO"),
        (FORM_TOKEN, "FORM-TOKEN"),
        (WRITTEN_TIME, r"\1"),
    ):
        text = pattern.sub(name, text)
    return "\n".join(sorted(TIME.sub(_time, text).splitlines()))


def _time(found: re.Match[str]) -> str:
    """The minute of a time of the month's; NOW for one of the machine's."""
    moment = datetime.fromisoformat(found[1])
    is_machines = abs(moment - datetime.now(UTC).replace(tzinfo=None)) < timedelta(days=1)
    return "NOW" if is_machines else f"{moment:%Y-%m-%d %H:%M}"
