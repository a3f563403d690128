"""What either database holds of an erased tenant, and a tick of each side."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import MetaData, select

from campaigns import erasure, suppression
from kit.database import CampaignBase, Database, PlatformBase
from tenants.handover import suppression_outbox
from tenants.rights import evidence, rights
from tests.support.sending import DIGEST_KEY
from tests.tenants.roster.rosters import KEYS, LINKS, NOW


def erase(platform: Database, ref: str = "t1") -> None:
    """A tenant uses the right."""
    with platform.writing() as session:
        rights.erase(session, rights.find(session, ref), now=NOW)


def tick(platform: Database, campaign: Database, *, now: datetime = NOW) -> None:
    """What the next tick of each side does about it."""
    with platform.writing() as session:
        evidence.seal_erased(session, KEYS)
    suppression_outbox.push(platform, campaign, links=LINKS, now=now)
    with campaign.writing() as session:
        suppression.forget_marks(session)
    erasure.erase_waiting(campaign, key=lambda: DIGEST_KEY, clock=lambda: now)
    for database in (platform, campaign):
        database.empty_log()


def traces(database: Database, *words: str) -> list[str]:
    """Columns of any table, and files of SQLite, that hold one of some words."""
    is_campaign = "deliveries" in _tables(database)
    base = CampaignBase if is_campaign else PlatformBase
    sought = [word.encode() for word in words]
    found = [f"{place}" for place, held in _values(database, base.metadata) if _has(held, sought)]
    return found + [file.name for file in _files(database) if _has(file.read_bytes(), sought)]


def _tables(database: Database) -> set[str]:
    metadata = MetaData()
    metadata.reflect(database.engine)
    return set(metadata.tables)


def _values(database: Database, metadata: MetaData) -> list[tuple[str, bytes]]:
    with database.reading() as session:
        return [
            (f"{table.name}.{name}", value if isinstance(value, bytes) else repr(value).encode())
            for table in metadata.sorted_tables
            for row in session.execute(select(table)).mappings()
            for name, value in row.items()
        ]


def _files(database: Database) -> list[Path]:
    if database.is_postgresql:
        return []
    file = Path(str(database.engine.url.database))
    return list(file.parent.glob(f"{file.name}*"))


def _has(held: bytes, sought: list[bytes]) -> bool:
    return any(word in held.lower() for word in (each.lower() for each in sought))
