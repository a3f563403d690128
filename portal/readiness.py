"""Whether the platform side can work.

This process does not contact the broker or AWS: the worker records how they answer.
"""

from collections.abc import Iterator

from kit import readiness
from kit.clock import Clock
from kit.database import Database
from kit.errors import CheckinError
from kit.readiness import IsCurrent
from kit.settings import Settings
from kit.variables import KMS_SCHEME
from links import keys
from replies.vault import sealing
from tenants import jobs
from tenants.models import Heartbeat


def problems(
    settings: Settings, platform: Database, *, is_current: IsCurrent, clock: Clock
) -> list[str]:
    """Yield what is wrong, a sentence each."""
    expected = jobs.expected(settings)
    return [
        *readiness.of_side(
            "platform",
            platform,
            Heartbeat,
            expected,
            is_current=is_current,
            tick=settings.tick,
            clock=clock,
        ),
        *_of_keys(settings),
    ]


def _of_keys(settings: Settings) -> Iterator[str]:
    """Check local keys; the worker checks AWS KMS, and its heartbeat is read above."""
    try:
        keys.load(settings.link_keys_file)
    except (CheckinError, OSError) as error:
        yield f"The link keys cannot be read: {error}"
    if settings.vault_keys.startswith(KMS_SCHEME):
        return
    try:
        sealing.check_keys(settings.vault_keys)
    except (CheckinError, OSError) as error:
        yield f"The vault's master keys cannot be used: {error}"
