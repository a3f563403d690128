"""Handing a month over to the campaign side, against a bare COPY of the same rows.

The hand-over reads the roster, issues and signs two links a tenant, and commits every chunk on both
sides. The bare COPY loads the finished rows into the same table, with the same indexes, in one go.
"""

import tempfile
import time
from datetime import timedelta
from typing import BinaryIO

import psycopg

from bench import places
from bench.places import DatabasePair
from bench.rows import Measurement
from kit.database import Database
from links import mail_links
from tenants.handover.mailing_list import hand_over

RECIPIENTS = 1_000_000
TIMES_COPY = 3.0
LINKS = mail_links.link_writer((b"k" * 32,), "https://portal.example.org")
COLUMNS = "campaign_id, address, reply_link, stop_link"
FILL = """
    INSERT INTO tenants
        (tenant_ref, email, housing_association, language, monthly_email, profiling, changed_at)
    SELECT 'T' || n,
        'tenant-' || lpad((n::bigint * 7919 %% 1000003)::text, 8, '0') || '@example.org',
        'Homes ' || n %% 50 || ' (example)', 'en', true, true, now()
    FROM generate_series(1, %s) AS n
"""


def measure(scale: float = 1.0) -> list[Measurement]:
    """One row, on PostgreSQL; none where there is no server."""
    count = round(RECIPIENTS * scale)
    try:
        with places.postgresql() as place:
            handed_over, copied = _timed(place, count)
    except psycopg.OperationalError:
        return []
    ratio = handed_over / copied
    return [
        Measurement(
            name=f"hand-over of {count:,} ÷ a bare COPY of the same rows",
            value=f"{ratio:.2f}",
            target=f"≤ {TIMES_COPY:.0f}",
            met=ratio <= TIMES_COPY,
            note=f"{handed_over:.1f} s and {copied:.1f} s",
        )
    ]


def _timed(place: DatabasePair, count: int) -> tuple[float, float]:
    with psycopg.connect(place.platform, autocommit=True) as platform:
        platform.execute(FILL, [count])
        platform.execute("VACUUM ANALYZE tenants")
    handed_over = _hand_over(place)
    with (
        psycopg.connect(place.campaign, autocommit=True) as campaign,
        tempfile.TemporaryFile() as rows,
    ):
        with campaign.cursor().copy(f"COPY deliveries ({COLUMNS}) TO STDOUT".encode()) as out:
            for block in out:
                rows.write(block)
        copied = sorted(_copy(campaign, rows) for _ in range(3))[1]
    return handed_over, copied


def _hand_over(place: DatabasePair) -> float:
    started = time.perf_counter()
    months = hand_over(
        Database(place.platform),
        Database(place.campaign),
        links=LINKS,
        now=places.NOW,
        lead=timedelta(minutes=30),
    )
    assert months == [places.MONTH]
    return time.perf_counter() - started


def _copy(campaign: psycopg.Connection, rows: BinaryIO) -> float:
    campaign.execute("TRUNCATE deliveries")
    rows.seek(0)
    started = time.perf_counter()
    with campaign.cursor().copy(f"COPY deliveries ({COLUMNS}) FROM STDIN".encode()) as into:
        while block := rows.read(1 << 16):
            into.write(block)
    return time.perf_counter() - started
