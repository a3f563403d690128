"""The objects that requests use, created once in `create_app`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import Flask, current_app

from campaigns.planning.letters import Mailer
from console.mailing import PostRoom
from console.single_sign_on import SingleSignOn
from kit.clock import Clock
from kit.database import Database
from kit.limits import Limiter
from kit.settings import Settings
from kit.watch import Watch
from links.keys import Ring

EXTENSION = "checkin_console"


@dataclass(frozen=True, slots=True)
class Console:
    """The objects of one console."""

    settings: Settings
    campaign: Database
    ring: Ring
    clock: Clock
    mailer: Mailer
    post_room: PostRoom
    test_sends: Limiter
    single_sign_on: SingleSignOn | None
    watch: Watch

    @property
    def keys(self) -> Sequence[bytes]:
        """The current keys for sessions and sign-in links, oldest first."""
        return self.ring.current()

    @property
    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return self.clock()


def here() -> Console:
    """Return the console that serves this request."""
    return of(current_app)


def of(app: Flask) -> Console:
    """Return an application's console."""
    return cast(Console, app.extensions[EXTENSION])
