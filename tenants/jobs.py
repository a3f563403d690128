"""The jobs of the platform side, by their names in the heartbeats."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from kit.readiness import patience
from kit.settings import Settings

KEYS_EVERY = 6
"""Ticks between two checks of the master keys: with AWS KMS each is two requests."""

ROTATION_LATE = timedelta(days=7)
"""How overdue the rotation of the vault's master key may be before an operator is told."""


class PlatformJob(StrEnum):
    """A periodic job."""

    TICK = "tick"
    BROKER = "broker"
    LETTERS = "letters"
    KEYS = "keys"
    PURGE = "purge"
    ROTATION = "rotation"
    CHANGES = "changes"
    INBOUND = "inbound"


def expected(settings: Settings) -> Mapping[str, timedelta]:
    """Return how old the last success of each essential job may be."""
    often = patience(settings.tick)
    seldom = patience(KEYS_EVERY * settings.tick)
    jobs: dict[str, timedelta] = {
        PlatformJob.TICK: often,
        PlatformJob.BROKER: often,
        PlatformJob.LETTERS: often,
        PlatformJob.KEYS: seldom,
        PlatformJob.ROTATION: settings.vault_rotation + ROTATION_LATE,
    }
    return jobs | ({PlatformJob.INBOUND: often} if settings.inbound_queue_url else {})
