"""Whether the campaign side can work.

This process does not contact the broker or AWS: the worker records how they answer.
"""

from collections.abc import Iterator

from campaigns.models import Heartbeat
from campaigns.watching import jobs
from kit import readiness
from kit.clock import Clock
from kit.database import Database
from kit.errors import CheckinError
from kit.readiness import IsCurrent
from kit.settings import Settings
from links import keys


def problems(
    settings: Settings, campaign: Database, *, is_current: IsCurrent, clock: Clock
) -> list[str]:
    """Yield what is wrong, a sentence each."""
    expected = jobs.expected(settings)
    return [
        *readiness.of_side(
            "campaign",
            campaign,
            Heartbeat,
            expected,
            is_current=is_current,
            tick=settings.tick,
            clock=clock,
        ),
        *_of_keys(settings),
    ]


def _of_keys(settings: Settings) -> Iterator[str]:
    try:
        keys.load(settings.secret_key_file)
    except (CheckinError, OSError) as error:
        yield f"The console's keys cannot be read: {error}"
