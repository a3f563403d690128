"""Whether the platform side can work.

This process does not contact the broker or AWS: the worker records how they answer.
"""

from collections.abc import Iterator
from functools import partial

from kit import readiness
from kit.clock import Clock
from kit.database import Database
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
    """Return what is wrong, a sentence each."""
    return [
        *readiness.of_side(
            "platform",
            platform,
            Heartbeat,
            jobs.expected(settings),
            is_current=is_current,
            tick=settings.tick,
            clock=clock,
        ),
        *readiness.of_keys(
            "The link keys cannot be read", partial(keys.load, settings.link_keys_file)
        ),
        *_of_vault(settings),
    ]


def _of_vault(settings: Settings) -> Iterator[str]:
    """Check local keys; the worker checks AWS KMS, and its heartbeat is read above."""
    if not settings.vault_keys.startswith(KMS_SCHEME):
        yield from readiness.of_keys(
            "The vault's master keys cannot be used",
            partial(sealing.check_keys, settings.vault_keys),
        )
