"""Bytes on PostgreSQL's disk a recipient and month, indexes included, at a hundred thousand.

A delivery is measured as handed over, with its links, and again after every row was claimed and
settled, without a VACUUM meanwhile: the most that a month's sending leaves before autovacuum comes.
"""

from collections.abc import Iterator
from datetime import timedelta

import psycopg

from bench import places
from bench.handover import FILL, LINKS
from bench.places import DatabasePair
from bench.rows import Measurement
from kit.database import Database
from replies.form import questions
from replies.vault.ciphertext import room
from replies.vault.master_keys import KEY_BYTES, NONCE_BYTES
from tenants.handover.mailing_list import hand_over

RECIPIENTS = 100_000
TAG_BYTES = 16
ASKED = ("work", "hours", "benefits", "household", "health", "support")
MAXIMA = {
    "tenant": 500,
    "link": 300,
    "reply with its key": 2_000,
    "delivery, handed over": 700,
    "delivery, sent, before VACUUM": 2_000,
    "delivery, sent, compact": 400,
}
CLAIM = "UPDATE deliveries SET state = 'sending', attempt_id = %s, attempts = 1, since = now()"
SETTLE = (
    "UPDATE deliveries SET state = 'sent', reply_link = NULL, stop_link = NULL, message_id = %s,"
    " since = now()"
)
REPLY = """
    INSERT INTO replies (tenant_id, month, questions, sealed, replied_on)
    SELECT id, %s, %s, %s, current_date FROM tenants
"""
DATA_KEY = "INSERT INTO data_keys SELECT id, 'epoch-0001', %s FROM tenants"


def measure(scale: float = 1.0) -> list[Measurement]:
    """A row for each table that grows with the roster; none where there is no server."""
    count = round(RECIPIENTS * scale)
    try:
        with places.postgresql() as place:
            sizes = dict(_sizes(place, count))
    except psycopg.OperationalError:
        return []
    return [
        Measurement(
            name=f"PostgreSQL: bytes a {what}",
            value=f"{size:,.0f}",
            target=f"≤ {MAXIMA[what]:,}",
            met=size <= MAXIMA[what],
            note=f"{count:,} rows, indexes included",
        )
        for what, size in sizes.items()
    ]


def _sizes(place: DatabasePair, count: int) -> Iterator[tuple[str, float]]:
    with (
        psycopg.connect(place.platform, autocommit=True) as platform,
        psycopg.connect(place.campaign, autocommit=True) as campaign,
    ):
        platform.execute(FILL, [count])
        yield "tenant", _bytes(platform, "tenants") / count
        _hand_over(place)
        yield "link", _bytes(platform, "links") / count
        _reply(platform)
        yield "reply with its key", _bytes(platform, "replies", "data_keys") / count
        yield "delivery, handed over", _bytes(campaign, "deliveries") / count
        campaign.execute(CLAIM, ["a" * 22])
        campaign.execute(SETTLE, ["0" * 60])
        yield "delivery, sent, before VACUUM", _bytes(campaign, "deliveries") / count
        campaign.execute("VACUUM FULL deliveries")
        yield "delivery, sent, compact", _bytes(campaign, "deliveries") / count


def _bytes(database: psycopg.Connection, *tables: str) -> int:
    asked = database.execute(
        "SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(%s::text[]) AS name",
        [list(tables)],
    )
    (size,) = asked.fetchone() or (0,)
    return int(size)


def _hand_over(place: DatabasePair) -> None:
    platform, campaign = Database(place.platform), Database(place.campaign)
    hand_over(
        platform,
        campaign,
        links=LINKS,
        now=places.NOW,
        lead=timedelta(minutes=30),
    )
    platform.dispose()
    campaign.dispose()


def _reply(platform: psycopg.Connection) -> None:
    """A reply of every tenant, as long as the vault's own: their bytes do not matter here."""
    names = questions.pinned_text(questions.pin(ASKED))
    sealed = bytes(NONCE_BYTES + room(names) + TAG_BYTES)
    platform.execute(REPLY, [places.MONTH, names, sealed])
    platform.execute(DATA_KEY, [bytes(NONCE_BYTES + KEY_BYTES + TAG_BYTES)])
