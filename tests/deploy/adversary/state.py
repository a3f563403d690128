"""A state of both sides that is copied: months begin from the same rows and files."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.chaos import cluster
from tests.deploy.sides import Deployed, Sides

ROWS = ("--data-only", "--exclude-table=alembic_version")
AS_REPLICA = "SET session_replication_role = replica"
"""No trigger fires while rows are put back; they did when the rows were first written."""


@dataclass(frozen=True)
class SavedState:
    """The rows of both databases, and the folder of the key rings."""

    rows: dict[str, bytes]
    keys: Path


def save(sides: Sides, keys: Path) -> SavedState:
    return SavedState({name: _dump(side) for name, side in sides.items()}, keys)


def put_back(sides: Sides, state: SavedState, folder: Path) -> None:
    """Both databases and a folder as they were saved, and statistics that begin at nothing."""
    for name, side in sides.items():
        side.empty()
        _load(side, state.rows[name])
        with side.superuser() as connection:
            connection.execute("SELECT pg_stat_reset()")
    shutil.copytree(state.keys, folder)


def _dump(side: Deployed) -> bytes:
    command = [cluster.binary("pg_dump"), *ROWS, side.url(cluster.SERVER_USER)]
    return subprocess.run(command, check=True, capture_output=True).stdout


def _load(side: Deployed, rows: bytes) -> None:
    command = ["psql", "--no-psqlrc", "--quiet", "--output", os.devnull, "-v", "ON_ERROR_STOP=1"]
    command += ["-d", side.url(cluster.SERVER_USER), "-c", AS_REPLICA, "-f", "-"]
    subprocess.run(command, input=rows, check=True)
