"""Temporary databases and fictional rosters to measure with."""

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import psycopg
from sqlalchemy import insert

from campaigns.models import Campaign, CampaignState, Message, Series
from checkin.databases import Side, upgrade_side
from kit.database import Database

POSTGRESQL = os.environ.get("CHECKIN_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432")
MONTH = "2026-12"
SEND_AT = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
NOW = SEND_AT - timedelta(minutes=10)


class DatabasePair(NamedTuple):
    """The URLs of a platform and a campaign database."""

    backend: str
    platform: str
    campaign: str


class RosterStream(io.RawIOBase):
    """A roster of `count` tenants that is written while it is read."""

    def __init__(self, count: int) -> None:
        self._lines = roster_lines(count)
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while len(self._left) < len(buffer) and (line := next(self._lines, None)) is not None:
            self._left += line
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size


def roster_lines(count: int) -> Iterator[bytes]:
    """A header and `count` rows."""
    yield b"tenant_ref,email,housing_association,monthly_email,profiling\n"
    for number in range(count):
        yield (
            f"T{number:08},tenant-{number:08}@example.org,Homes {number % 50} (example),yes,yes\n"
        ).encode()


@contextmanager
def sqlite() -> Iterator[DatabasePair]:
    """Two SQLite files in a folder of their own."""
    with tempfile.TemporaryDirectory() as folder:
        yield _filled(
            DatabasePair(
                "SQLite",
                f"sqlite:///{Path(folder, 'platform.db')}",
                f"sqlite:///{Path(folder, 'campaign.db')}",
            )
        )


@contextmanager
def postgresql() -> Iterator[DatabasePair]:
    """Two PostgreSQL databases of this process's own.

    Raises:
        psycopg.OperationalError: no server is there.
    """
    names = [f"checkin_bench_{os.getpid()}_{side}" for side in ("platform", "campaign")]
    with psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True) as server:
        for name in names:
            server.execute(f"CREATE DATABASE {name}".encode())
        try:
            platform, campaign = (f"{POSTGRESQL}/{name}" for name in names)
            yield _filled(DatabasePair("PostgreSQL", platform, campaign))
        finally:
            for name in names:
                server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _filled(place: DatabasePair) -> DatabasePair:
    upgrade_side(Side("platform", place.platform))
    upgrade_side(Side("campaign", place.campaign))
    campaign = Database(place.campaign)
    with campaign.writing() as session:
        session.execute(insert(Series).values(_SERIES))
        session.execute(insert(Message).values(_MESSAGE))
        session.execute(insert(Campaign).values(_CAMPAIGN))
    campaign.dispose()
    return place


_SERIES = {
    "name": "monthly-check-in",
    "rule": "first-working-day",
    "send_time": "10:00",
    "draft_days_ahead": 10,
    "window_seconds": 48 * 3600,
}
_MESSAGE = {
    "content_hash": "hash",
    "month": MONTH,
    "subject": "Has anything changed?",
    "html": "<p>{{reply_link}} {{stop_link}}</p>",
    "text": "{{reply_link}} {{stop_link}}",
    "questions": ["work", "hours"],
    "compiled_at": NOW,
}
_CAMPAIGN = {
    "month": MONTH,
    "series": "monthly-check-in",
    "state": CampaignState.APPROVED,
    "send_at": SEND_AT,
    "window_seconds": 48 * 3600,
    "content_hash": "hash",
}
