"""Time the restore drill: back up a month while it is sent, restore it, quarantine open mails.

The first tick after a restore holds every mail that may have been sent since the backup. It counts
as part of the drill, because nothing is sent before it. PostgreSQL only.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
from sqlalchemy import func, select, update

from bench import places
from bench.rows import Measurement
from campaigns.models import Campaign, CampaignState, Delivery, DeliveryState
from campaigns.sending import restore_detection
from campaigns.sending.high_water_mark import HighWaterMark
from kit import bulk
from kit.anchors import FileAnchor
from kit.database import Database
from tests.drills.databases import Drill

MAILS = 1_000_000
TARGET_SECONDS = 300
"""For a million deliveries: an operator watches it from start to end."""
LISTED = ("campaign_id", "address", "reply_link", "stop_link")
LINK = "https://portal.example.org/r/" + "t" * 65


def measure(scale: float = 1.0) -> list[Measurement]:
    """One drill with a million deliveries; none where there is no PostgreSQL."""
    count = round(MAILS * scale)
    try:
        with places.postgresql() as place, tempfile.TemporaryDirectory() as folder:
            return list(_rows(Drill(place.campaign, Path(folder)), count))
    except psycopg.OperationalError:
        return []


def _rows(drill: Drill, count: int) -> Iterator[Measurement]:
    with drill.opened() as database:
        _fill(database, count)
    backed_up = _seconds(drill.back_up)
    mark = HighWaterMark(FileAnchor(drill.folder / "apart" / "mark"))
    with drill.opened() as database:
        _send_the_rest(database, mark)
    loaded = _seconds(drill.restore)
    with drill.opened() as database:
        held = _seconds(lambda: restore_detection.watch(database, mark, clock=database.now))
        assert count // 2 == _held(database)
    total = (backed_up + loaded + held) * MAILS / count
    size = drill.backup_file.stat().st_size / 2**20
    yield Measurement(
        name=f"restore drill, a million deliveries (measured with {count:,})",
        value=f"{total:.0f} s",
        target=f"≤ {TARGET_SECONDS} s",
        met=total <= TARGET_SECONDS,
        note=f"pg_dump {backed_up:.0f} s ({size:.0f} MB), pg_restore {loaded:.0f} s, "
        f"first tick {held:.0f} s",
    )


def _fill(database: Database, count: int) -> None:
    """Make a frozen month of which every other mail was sent and has an event."""
    with database.writing() as session:
        campaign_id = session.scalars(select(Campaign.id)).one()
        rows = ((campaign_id, f"tenant-{n:08}@example.org", LINK, LINK) for n in range(count))
        bulk.insert_many(session, Delivery.metadata.tables["deliveries"], LISTED, rows)
        state = {"state": CampaignState.SENDING, "audience": count, "frozen_at": places.NOW}
        session.execute(update(Campaign).values(**state))
        session.execute(
            update(Delivery)
            .where(Delivery.id <= count // 2)
            .values(state=DeliveryState.SENT, reply_link=None, stop_link=None, feedback="delivery")
        )


def _send_the_rest(database: Database, mark: HighWaterMark) -> None:
    """Advance the high-water mark, as sending after the backup would."""
    with database.writing() as session:
        number = restore_detection.count(session)
    mark.raise_to(number)


def _held(database: Database) -> int:
    with database.reading() as session:
        held = select(func.count()).where(Delivery.state == DeliveryState.UNKNOWN)
        return session.scalars(held).one()


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
