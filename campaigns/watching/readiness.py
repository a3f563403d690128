"""Whether the campaign side can work.

This process does not contact the broker or AWS: the worker records how they answer.
"""

from functools import partial

from campaigns.models import Heartbeat
from campaigns.watching import jobs
from kit import readiness
from kit.clock import Clock
from kit.database import Database
from kit.readiness import IsCurrent
from kit.settings import Settings
from links import keys


def problems(
    settings: Settings, campaign: Database, *, is_current: IsCurrent, clock: Clock
) -> list[str]:
    """Return what is wrong, a sentence each."""
    return [
        *readiness.of_side(
            "campaign",
            campaign,
            Heartbeat,
            jobs.expected(settings),
            is_current=is_current,
            tick=settings.tick,
            clock=clock,
        ),
        *readiness.of_keys(
            "The console's keys cannot be read", partial(keys.load, settings.secret_key_file)
        ),
    ]
