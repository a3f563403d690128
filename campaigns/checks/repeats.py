"""Find repetitions: a tip of the last twelve months, last month's text, a tip used twice."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns.content.fields import Content, Tip, texts
from campaigns.content.findings import EMAIL, Finding
from kit.months import month_name

ALIKE = 0.8
"""Two tips that share this part of their three-word runs count as the same."""
RUN = 3
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an email is compared with: its send time (UTC), and the texts of the twelve months
    before it, as (month, text), newest first."""

    send_at: datetime | None = None
    earlier: tuple[tuple[str, Content], ...] = ()


NONE = Surroundings()


def findings(content: Content, earlier: Sequence[tuple[str, Content]]) -> Iterator[Finding]:
    """One finding where nothing was changed since the last month; else one at each repeated tip."""
    if earlier and content.tips and _read(content) == _read(earlier[0][1]):
        message = f"the text is word for word that of {month_name(earlier[0][0])}; write a new one"
        yield Finding(EMAIL, "warn", message)
        return
    for place, tip in enumerate(content.tips, 1):
        field = f"tips.{place}.body"
        if any(_is_one(tip, other) for other in content.tips[: place - 1]):
            yield Finding(field, "warn", "this tip stands in the email twice; take one out")
        elif month := _month_of(tip, earlier):
            message = f"this tip was in the email of {month_name(month)}; choose another"
            yield Finding(field, "warn", message)


def _read(content: Content) -> list[tuple[str, str]]:
    """What people read once they have opened the email."""
    return [(name, text) for name, text in texts(content) if name != "preheader"]


def _month_of(tip: Tip, earlier: Iterable[tuple[str, Content]]) -> str | None:
    return next(
        (month for month, text in earlier if any(_is_one(tip, other) for other in text.tips)), None
    )


def _is_one(one: Tip, other: Tip) -> bool:
    if _words(one.body) == _words(other.body):
        return True
    mine, theirs = _runs(one.body), _runs(other.body)
    shared = len(mine & theirs) / max(1, min(len(mine), len(theirs)))
    return shared >= ALIKE or (_words(one.title) == _words(other.title) and shared >= ALIKE / 2)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(text)]


def _runs(text: str) -> set[tuple[str, ...]]:
    words = _words(text)
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
