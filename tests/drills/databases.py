"""Scratch databases on the test server, and backups of them made as an operator makes them."""

import shutil
import sqlite3
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from bench.places import POSTGRESQL
from checkin.databases import Side, upgrade_side
from kit.database import Database
from tests.chaos.cluster import found


@contextmanager
def scratch() -> Iterator[str]:
    """The URL of an empty PostgreSQL database that is gone afterwards."""
    name = f"checkin_drill_{uuid.uuid4().hex[:12]}"
    _serve(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield f"{POSTGRESQL}/{name}"
    finally:
        _serve(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@dataclass(frozen=True)
class Drill:
    """One side's database, which can be backed up and put back in the place of itself."""

    url: str
    folder: Path

    @property
    def backup_file(self) -> Path:
        return self.folder / "backup"

    @property
    def is_postgresql(self) -> bool:
        return self.url.startswith("postgresql")

    def back_up(self) -> None:
        if self.is_postgresql:
            _run(_program("pg_dump"), "--format=custom", "--file", self.backup_file, self.url)
            return
        with (
            closing(sqlite3.connect(self._file)) as live,
            closing(sqlite3.connect(self.backup_file)) as copy,
        ):
            live.backup(copy)

    def restore(self) -> None:
        """Drop the database and load the backup into a fresh one of its name."""
        if self.is_postgresql:
            name = sql.Identifier(self.url.rpartition("/")[2])
            _serve(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
            _serve(sql.SQL("CREATE DATABASE {}").format(name))
            loaded = ("--single-transaction", "--exit-on-error", "--dbname", self.url)
            _run(_program("pg_restore"), *loaded, self.backup_file)
            return
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._file}{suffix}").unlink(missing_ok=True)
        shutil.copy(self.backup_file, self._file)

    @contextmanager
    def opened(self) -> Iterator[Database]:
        """The database for as long as the block lasts, as a process has it that was started."""
        database = Database(self.url)
        try:
            yield database
        finally:
            database.dispose()

    @property
    def _file(self) -> Path:
        return Path(self.url.removeprefix("sqlite:///"))


@contextmanager
def migrated(side: str, backend: str, folder: Path) -> Iterator[Drill]:
    """A fresh database of one side with its tables."""
    if backend == "sqlite":
        yield _prepared(side, f"sqlite:///{folder}/{side}.db", folder)
        return
    with scratch() as url:
        yield _prepared(side, url, folder)


def _prepared(side: str, url: str, folder: Path) -> Drill:
    upgrade_side(Side(side, url))
    return Drill(url, folder)


def _serve(statement: sql.Composed) -> None:
    with psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True) as connection:
        connection.execute(statement)


def _program(name: str) -> str:
    program = found(name)
    assert program is not None, f"PostgreSQL's {name} is not on this machine"
    return program


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
