"""The objects that the pages share within one process."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import cast

from flask import Flask, current_app

from kit.clock import Clock, london_day
from kit.database import Database
from kit.watch import Watch
from links.keys import Ring
from portal.limits import RequestLimits
from replies.vault.sealing import Vault

EXTENSION = "checkin.portal"


@dataclass(frozen=True, slots=True)
class MonthAsked:
    """What a month asks: the names of its questions, and the day of the check-in before it."""

    questions: tuple[str, ...]
    last_check_in: date | None


@dataclass(frozen=True, slots=True)
class Portal:
    """The platform database, the vault, the link keys, the clock, the limits and the watch."""

    platform: Database
    vault: Vault
    link_keys: Ring
    clock: Clock
    watch: Watch
    sender_keeps: timedelta
    metrics_token_file: Path | None = None
    limits: RequestLimits = field(default_factory=RequestLimits)
    asked: dict[str, MonthAsked] = field(default_factory=dict)
    blank_pages: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def today(self) -> date:
        """The date in London."""
        return london_day(self.clock())


def portal() -> Portal:
    """The portal of the application that handles this request."""
    return portal_of(current_app)


def portal_of(app: Flask) -> Portal:
    """The portal of an application."""
    return cast(Portal, app.extensions[EXTENSION])
