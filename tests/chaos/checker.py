"""Judge a run by what SES accepted and by who was to be mailed. Nothing the engine says counts.

The one thing it is asked is whom it holds: a mail it keeps open for staff is not lost. Held mails
are counted apart, and nobody who was not mailed is excused any other way.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sandbox.accept_log import Accepted


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a roster; addresses in order."""

    recipients: int
    duplicates: tuple[str, ...]
    missing: tuple[str, ...]
    strangers: tuple[str, ...]
    held: int
    held_though_mailed: int

    @property
    def is_clean(self) -> bool:
        """Nobody twice, nobody missed, nobody else."""
        return not (self.duplicates or self.missing or self.strangers)


def judge(
    roster: Collection[str], accepted: Iterable[Accepted], *, held: Collection[str]
) -> Verdict:
    """Count who was mailed twice, not at all, or without being on the roster."""
    times = Counter(mail.address for mail in accepted)
    expected = set(roster)
    return Verdict(
        recipients=len(expected),
        duplicates=tuple(sorted(who for who, count in times.items() if count > 1)),
        missing=tuple(sorted(expected - times.keys() - set(held))),
        strangers=tuple(sorted(times.keys() - expected)),
        held=len(set(held)),
        held_though_mailed=len(times.keys() & set(held)),
    )
