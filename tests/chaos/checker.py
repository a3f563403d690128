"""Judge a run by what SES accepted and by who was to be mailed. Nothing the engine says counts.

The one thing it is asked is whom it holds: a mail it keeps open for staff is not lost. Held mails
are counted apart, and nobody who was not mailed is excused any other way. A mail that was sent once
more, and struck once more, is never sent a third time: it may be held wherever that happens. Whom
the engine calls unsent, because SES refused the mail or the month was cancelled, must not have been
mailed; the run compares their number with the refusals that the stand-in gave.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from tests.support.faulty_ses.accept_log import Accepted


@dataclass(frozen=True, slots=True)
class Count:
    """What became of a roster; addresses in order."""

    recipients: int
    duplicates: tuple[str, ...]
    missing: tuple[str, ...]
    strangers: tuple[str, ...]
    held: int
    held_too_early: int
    held_though_mailed: int
    unsent: int = 0
    unsent_though_mailed: int = 0

    @property
    def is_clean(self) -> bool:
        """Nobody twice, nobody missed, nobody else."""
        wrong = self.duplicates or self.missing or self.strangers
        return not (wrong or self.unsent_though_mailed)


def judge(
    roster: Collection[str],
    accepted: Iterable[Accepted],
    *,
    held: Mapping[str, bool],
    unsent: Collection[str] = (),
    staff: Collection[str] = (),
) -> Count:
    """Count who was mailed twice, not at all, or without being on the roster.

    `held` says of each mail kept open whether it was sent once more before. What `staff` get is not
    judged: they are told of a month in danger, and rather twice than not at all.
    """
    times = Counter(mail.address for mail in accepted if mail.address not in staff)
    expected = set(roster)
    return Count(
        recipients=len(expected),
        duplicates=tuple(sorted(who for who, count in times.items() if count > 1)),
        missing=tuple(sorted(expected - times.keys() - held.keys() - set(unsent))),
        strangers=tuple(sorted(times.keys() - expected)),
        held=len(held),
        held_too_early=sum(not was_resent for was_resent in held.values()),
        held_though_mailed=len(times.keys() & held.keys()),
        unsent=len(unsent),
        unsent_though_mailed=len(times.keys() & set(unsent)),
    )
