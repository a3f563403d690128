"""Tenants with replies in a vault, for what a tenant may ask for."""

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from kit.database import Database, PlatformBase
from links import keys
from replies import reading
from replies.vault.sealing import Vault
from tenants.models import Tenant
from tenants.roster.imports import import_csv
from tests.support import replies as replies_world
from tests.support.replies import RepliesWorld
from tests.tenants.roster.rosters import line, text

NOW = datetime(2026, 12, 4, 12, 0, tzinfo=UTC)
TODAY = date(2026, 12, 4)
ALICE = "tenant-001@example.org"
SHARED = "tenant-002@example.org"
STRANGER = "tenant-009@example.org"
MONTH, NEXT_MONTH = replies_world.MONTH, replies_world.NEXT_MONTH


@dataclass(frozen=True)
class People:
    """T-001 alone with an address, T-002 and T-003 sharing one, T-009 a stranger to all."""

    world: RepliesWorld
    link_keys: tuple[bytes, ...]
    folder: Path

    @property
    def database(self) -> Database:
        return self.world.database

    @property
    def vault(self) -> Vault:
        return self.world.vault

    def id_of(self, ref: str) -> int:
        with self.database.reading() as session:
            return session.scalars(select(Tenant.id).where(Tenant.tenant_ref == ref)).one()

    def held(self, tenant_id: int) -> list[dict[str, Any]]:
        with self.database.reading() as session:
            return reading.held_about(session, self.vault, tenant_id)

    def every_row(self) -> str:
        """All tables of the platform as text."""
        with self.database.reading() as session:
            tables = PlatformBase.metadata.sorted_tables
            return "\n".join(repr(row) for t in tables for row in session.execute(select(t)).all())


def build(database: Database, folder: Path) -> People:
    world = replies_world.build(database, folder / "vault")
    keys.create(folder / "links")
    rows = [
        line("T-001", ALICE),
        line("T-002", SHARED),
        line("T-003", SHARED),
        line("T-009", STRANGER),
    ]
    with database.writing() as session:
        import_csv(session, io.BytesIO(text(*rows)), dry_run=False, now=NOW)
    people = People(world, keys.load(folder / "links"), folder)
    for ref in ("T-001", "T-002", "T-003", "T-009"):
        world.reply(people.id_of(ref), replies_world.WORK_ENDED)
    return people
