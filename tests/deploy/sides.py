"""Both sides' databases as they are deployed: roles, migrations, grants, in this order."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from checkin.databases import METADATA, Side, upgrade_side
from tests.chaos import cluster
from tests.chaos.cluster import Cluster

DEPLOY = Path(__file__).parents[2] / "deploy"
ROLES = {
    "campaign": ("campaign", "campaign_console", "campaign_operator", "campaign_door"),
    "platform": ("platform", "platform_portal", "platform_operator"),
}
"""The roles that processes sign in as while both sides run. The migrators come and go."""
MIGRATORS = {side: f"{side}_migrator" for side in ROLES}
OWNERS = {side: f"{side}_owner" for side in ROLES}


@dataclass(frozen=True)
class Deployed:
    """One side's database on the cluster that keeps it."""

    name: str
    cluster: Cluster

    def url(self, role: str, *, database: str = "") -> str:
        address = self.cluster.url(database or self.name)
        return address.replace(f"//{cluster.SERVER_USER}@", f"//{role}@", 1)

    def sign_in(self, role: str, *, database: str = "") -> psycopg.Connection:
        """A session in which each statement stands alone."""
        return psycopg.connect(self.url(role, database=database), autocommit=True)

    def superuser(self) -> psycopg.Connection:
        return self.sign_in(cluster.SERVER_USER)

    def empty(self) -> None:
        """Leave the tables as they were made; the triggers that keep a log stand aside."""
        tables = ", ".join(sorted(METADATA[self.name].tables))
        with self.superuser() as connection:
            connection.execute("SET session_replication_role = 'replica'")
            connection.execute(f"TRUNCATE {tables} RESTART IDENTITY")


Sides = dict[str, Deployed]


@contextmanager
def deployed(folder: Path, *, clusters: int = 2) -> Iterator[Sides]:
    """Both sides, each on a cluster of its own, or both on one; credentials lie in `folder`."""
    with ExitStack() as stack:
        running = [stack.enter_context(cluster.running()) for _ in range(clusters)]
        sides = {
            name: Deployed(name, running[number % clusters]) for number, name in enumerate(ROLES)
        }
        for side in sides.values():
            _keep_still(side)
            apply(side, folder)
        yield sides


def _keep_still(side: Deployed) -> None:
    """Nothing moves by itself, so that whatever moves was moved by somebody."""
    with side.sign_in(cluster.SERVER_USER, database="postgres") as connection:
        connection.execute("ALTER SYSTEM SET autovacuum = off")
        connection.execute("SELECT pg_reload_conf()")


def apply(side: Deployed, folder: Path) -> None:
    """What the documentation says, in its order; it may be repeated."""
    passwords = folder / side.name / "passwords.sql"
    psql(side.url(cluster.SERVER_USER, database="postgres"), "roles", side.name, passwords)
    migrator = side.url(MIGRATORS[side.name])
    upgrade_side(Side(side.name, migrator))
    psql(migrator, "grants", side.name, passwords)


def psql(url: str, script: str, side: str, passwords: Path) -> None:
    """Run one of a side's scripts; what it says on the way is of no interest."""
    file = DEPLOY / "postgres" / side / f"{script}.sql"
    subprocess.run(
        ["psql", "--no-psqlrc", "--quiet", "--output", os.devnull, "-d", url, "-f", str(file)],
        env={**os.environ, "CHECKIN_PASSWORDS": str(passwords)},
        check=True,
    )


def draw_credentials(folder: Path) -> None:
    """Every process's, for servers whose ports are not known yet."""
    places = [f"--{name}=127.0.0.1:1" for name in ("campaign-database", "platform-database")]
    program = str(DEPLOY / "credentials.py")
    subprocess.run([sys.executable, program, folder, *places, "--redis=127.0.0.1:1"], check=True)
