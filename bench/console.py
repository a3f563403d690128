"""The console's two figures: a preview against rendering alone, and watching a million mails."""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import text

from bench.rows import Measurement
from campaigns import staff
from campaigns.content.compile import compile_message
from campaigns.models import Role
from campaigns.planning import drafts
from campaigns.watching import progress
from campaigns.writing import samples
from checkin.databases import Side, campaign_is_current, upgrade_side
from console import sessions
from console.app import create_app
from kit.database import Database
from kit.settings import Settings
from links import keys

MONTH, WATCHED = "2026-12", ("2027-01", "2027-02")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
EMAIL = "author@example.org"
FEW, MANY = 1_000, 1_000_000
PREVIEWS, LOOKS = 60, 400
PREVIEW_MOST, PROGRESS_MOST = 3.0, 2.0
ADD = text(
    "INSERT INTO deliveries (campaign_id, address, state, message_id) "
    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count) "
    "SELECT :campaign, 'tenant-' || n || '@example.org', 'sent', 'm' FROM numbers"
)


def measure() -> list[Measurement]:
    """Medians of one process on SQLite; the same ratios hold on PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        side = Side("campaign", f"sqlite:///{folder}/campaign.db")
        upgrade_side(side)
        database = Database(side.url)
        try:
            return [_preview(database, Path(folder)), _watching(database)]
        finally:
            database.dispose()


def _preview(database: Database, folder: Path) -> Measurement:
    with database.writing() as session:
        staff.add(session, email=EMAIL, roles=[Role.AUTHOR], by="bench", now=NOW)
        drafts.import_file(session, samples.sample_file(MONTH), by=EMAIL, now=NOW)
    client = _signed_in(database, folder)
    content = samples.sample_content(MONTH)
    alone = _median(lambda: compile_message(content, MONTH), PREVIEWS)
    whole = _median(lambda: client.get(f"/campaigns/{MONTH}/write/preview"), PREVIEWS)
    assert client.get(f"/campaigns/{MONTH}/write/preview").status_code == 200
    return Measurement(
        name="a preview's round trip, against rendering the message alone",
        value=f"{whole / alone:.2f} times",
        target=f"at most {PREVIEW_MOST:g}",
        met=whole / alone <= PREVIEW_MOST,
        note=f"{whole * 1e3:.1f} ms with session, checks and headers; {alone * 1e3:.1f} ms alone",
    )


def _signed_in(database: Database, folder: Path) -> FlaskClient:
    ring = folder / "console-keys"
    keys.create(ring)
    settings = Settings(secret_key_file=ring, platform_database_url="none")
    client = create_app(
        settings=settings, campaign=database, is_current=campaign_is_current, clock=lambda: NOW
    ).test_client()
    with client.session_transaction() as session:
        session[sessions.EMAIL] = EMAIL
        session[sessions.BEGAN] = session[sessions.SEEN] = NOW.isoformat()
    return client


def _watching(database: Database) -> Measurement:
    """What the progress page asks of the database, for a short list and for a long one."""
    for month, count in zip(WATCHED, (FEW, MANY), strict=True):
        with database.writing() as session:
            text_ = samples.sample_file(month)
            campaign = drafts.import_file(session, text_, by=EMAIL, now=NOW)
            session.execute(ADD, {"count": count, "campaign": campaign.id})
    few, many = (_median(_look(database, month), LOOKS) for month in WATCHED)
    return Measurement(
        name=f"watching {MANY:,} deliveries, against {FEW:,}",
        value=f"{many / few:.2f} times",
        target=f"at most {PROGRESS_MOST:g}",
        met=many / few <= PROGRESS_MOST,
        note=f"{many * 1e3:.2f} ms against {few * 1e3:.2f} ms; tallies are summed",
    )


def _look(database: Database, month: str) -> Callable[[], object]:
    def look() -> object:
        with database.reading() as session:
            return progress.show(session, month)

    return look


def _median(work: Callable[[], object], times: int) -> float:
    """Seconds of one run."""
    work()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return sorted(taken)[times // 2]
