"""A portal with very many tenants on PostgreSQL, and servers for it and for its measure."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
from sqlalchemy import insert
from sqlalchemy.orm import Session

from bench import bare_site
from bench.handover import FILL
from bench.replies import Sealer
from checkin.databases import Side, upgrade_side
from kit.clock import utc_now
from kit.database import Database
from kit.ports import free_port
from kit.settings import Settings
from kit.variables import NO_DATABASE
from links import keys, ledger, signing
from links.signing import Purpose
from replies.form import questions, rounds
from replies.models import DataKey, Reply
from replies.vault import master_keys
from replies.vault.master_keys import LocalRing

POSTGRESQL = os.environ.get("CHECKIN_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432")
QUESTIONS = ["work", "hours", "benefits", "household", "health", "support"]
EARLIER = "2026-01"
WORKERS = 2
PATIENCE = 60


class MeasuredPortal:
    """Its database, its keys in a folder, and a reply link for each tenant.

    Half of the tenants replied in an earlier month: their links are the later ones.
    """

    def __init__(self, url: str, folder: Path, tenants: int) -> None:
        self.url, self.folder = url, folder
        self.ring = folder / "links"
        keys.create(self.ring)
        master_keys.create(folder / "vault")
        self.links = self._filled(tenants)
        self.settings = Settings(
            platform_database_url=url,
            campaign_database_url=NO_DATABASE,
            link_keys_file=self.ring,
            vault_keys=str(folder / "vault"),
        )
        self.environment = {
            **os.environ,
            "CHECKIN_PLATFORM_DATABASE_URL": url,
            "CHECKIN_CAMPAIGN_DATABASE_URL": NO_DATABASE,
            "CHECKIN_LINK_KEYS_FILE": str(self.ring),
            "CHECKIN_VAULT_KEYS": str(folder / "vault"),
        }

    def tokens(self) -> list[str]:
        """A reply token for each tenant, those who never replied first."""
        sign = signing.signer(keys.load(self.ring), Purpose.REPLY)
        return [sign(link_id) for link_id in self.links]

    def _filled(self, tenants: int) -> list[bytes]:
        upgrade_side(Side("platform", self.url))
        today, month = utc_now().date(), f"{utc_now():%Y-%m}"
        closes = today + timedelta(days=20)
        with psycopg.connect(self.url) as connection:
            connection.execute(FILL, [tenants])
            connection.execute(bare_site.TABLE)
            ids = [row[0] for row in connection.execute("SELECT id FROM tenants ORDER BY id")]
        database = Database(self.url)
        with database.writing() as session:
            rounds.open_round(
                session, month=month, questions=QUESTIONS, opened_on=today, closes_on=closes
            )
            issued = ledger.issue_monthly(
                session, tenant_ids=ids, month=month, issued_on=today, expires_on=closes
            )
            self._reply_before(session, ids[len(ids) // 2 :])
        database.dispose()
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE tenants, links, data_keys, replies")
        return [issued[tenant_id] for tenant_id in ids]

    def _reply_before(self, session: Session, tenant_ids: Sequence[int]) -> None:
        sealer = Sealer(LocalRing(self.folder / "vault"), questions.pin(QUESTIONS), EARLIER)
        made, replies = zip(*map(sealer, tenant_ids), strict=True)
        session.execute(insert(DataKey), list(made))
        session.execute(insert(Reply), list(replies))

    @contextmanager
    def gunicorn(self, application: str) -> Iterator[int]:
        """`application` under two workers; the port they listen on."""
        port = free_port()
        command = [sys.executable, "-m", "gunicorn", application, "--workers", str(WORKERS)]
        process = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{port}", "--log-level", "warning"],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for(port)
            yield port
        finally:
            process.terminate()
            process.wait(PATIENCE)


@contextmanager
def portal_site(folder: Path, tenants: int) -> Iterator[MeasuredPortal]:
    """On a database of this process's own, taken away at the end.

    Raises:
        psycopg.OperationalError: no server is there.
    """
    name = f"checkin_bench_{os.getpid()}_portal"
    with psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield MeasuredPortal(f"{POSTGRESQL}/{name}", folder, tenants)
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _wait_for(port: int) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("gunicorn did not start")
