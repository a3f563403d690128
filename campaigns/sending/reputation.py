"""Pause a month by itself before its bounces or complaints cost the account its good name.

Amazon SES reviews an account whose bounce rate is 5 % or whose complaint rate is 0.1 %, and may
stop it at 10 % and 0.5 % (Amazon SES Developer Guide, "Reputation metrics messages"). The steps
here lie below those. Each stops a month once: whoever resumes it has seen it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, DeliveryState, Reminder
from campaigns.sending import counters, lifecycle
from kit.bulk import add_new
from kit.log import get_logger

ACCEPTED_MIN = 100
"""Mails accepted before a share of them means anything."""
BY_ITSELF = "Paused by itself"

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """Shares of the accepted mails at which a month pauses, and how few never stop one."""

    kind: str
    words: str
    steps: tuple[float, ...]
    at_least: int
    reviewed_at: float


BOUNCES = Limit("bounce", "bounced", (0.04, 0.08), at_least=20, reviewed_at=0.05)
COMPLAINTS = Limit("complaint", "were reported as spam", (0.0008, 0.004), 5, reviewed_at=0.001)
LIMITS = (BOUNCES, COMPLAINTS)


@dataclass(frozen=True, slots=True)
class Breach:
    """A step that a month has reached."""

    limit: Limit
    step: float
    number: int
    accepted: int

    @property
    def sentence(self) -> str:
        share = _percent(self.number / self.accepted)
        return (
            f"{share} of the emails {self.limit.words} ({self.number:,} of {self.accepted:,}); "
            f"Amazon reviews an account at {_percent(self.limit.reviewed_at)}."
        )

    @property
    def mark(self) -> str:
        """What is kept beside the month's reminders, so that this step stops it only once."""
        return f"{self.limit.kind} {_percent(self.step)}"


def breaches(session: Session, campaign_id: int) -> Iterator[Breach]:
    """The highest step of each limit that a month has reached."""
    accepted = counters.by_state(session, campaign_id)[DeliveryState.SENT]
    if accepted < ACCEPTED_MIN:
        return
    heard = counters.by_feedback(session, campaign_id)
    for limit in LIMITS:
        number = heard.get(limit.kind, 0)
        reached = [step for step in limit.steps if number >= step * accepted]
        if reached and number >= limit.at_least:
            yield Breach(limit, reached[-1], number, accepted)


def watch(session: Session, campaign_id: int, *, now: datetime) -> None:
    """Pause a month that reached a step it was not stopped at before."""
    month = session.scalar(select(Campaign.month).where(Campaign.id == campaign_id))
    for breach in breaches(session, campaign_id):
        if session.get(Reminder, (month, breach.mark)) is not None:
            continue
        reason = f"{BY_ITSELF}: {breach.sentence} Look at the list before you resume it."
        if lifecycle.pause(session, campaign_id=campaign_id, reason=reason, now=now):
            mark = {"month": month, "kind": breach.mark, "claimed_at": now}
            add_new(session, Reminder, [mark])
            log.warning("a campaign paused by itself", campaign=campaign_id, why=breach.mark)


def _percent(share: float) -> str:
    return f"{100 * share:.2f}".rstrip("0").rstrip(".") + " %"
