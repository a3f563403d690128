"""A PostgreSQL server of the suite's own, to be killed, restored and thrown away."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql

from kit.ports import free_port

SERVER_USER = "postgres"
BINARIES = Path("/usr/lib/postgresql")
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "shared_buffers": "32MB",
    "max_connections": "100",
}
"""Processes are killed here, never the machine, so nothing need reach the disk itself."""


class Cluster:
    """A cluster in a folder of its own, on a free port, run by a user who is not root."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self._folder = folder
        self._port = port or free_port()

    def start(self) -> None:
        chosen = " ".join(
            f"-c {name}={value or chr(39) * 2}"
            for name, value in {**SETTINGS, "port": str(self._port)}.items()
        )
        self._control("start", "-w", "-o", chosen, "-l", str(self._folder / "log"))

    def crash(self) -> None:
        """End it at once, as a crash does: the next start recovers from the log."""
        self._control("stop", "-m", "immediate")

    @property
    def pid(self) -> int:
        """Of the server's first process, whose children are the others."""
        return int((self._folder / "data" / "postmaster.pid").read_text().split()[0])

    def url(self, name: str) -> str:
        return f"postgresql://{SERVER_USER}@127.0.0.1:{self._port}/{name}"

    def create(self, name: str) -> str:
        """Make an empty database; returns its URL."""
        self._run_sql(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)

    def deadlocks(self) -> int:
        """How often the server ended a transaction because two waited for each other."""
        return (self._folder / "log").read_text(errors="replace").count("deadlock detected")

    def cut_sessions(self, name: str) -> None:
        """Terminate whoever is connected to a database."""
        self._run_sql(
            sql.SQL(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}"
            ).format(sql.Literal(name))
        )

    def snapshot(self, name: str, file: Path) -> None:
        """Back a database up while it is in use."""
        self._run(binary("pg_dump"), "-Fc", "-f", str(file), self.url(name))

    def restore(self, name: str, file: Path) -> None:
        """Put a backup in the place of a database that is in use."""
        fresh = f"{name}_restored"
        self._run(binary("pg_restore"), "-1", "-d", self.create(fresh), str(file))
        old, new = sql.Identifier(name), sql.Identifier(fresh)
        self._run_sql(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(old))
        self._run_sql(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(new, old))

    def _run_sql(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _control(self, *arguments: str) -> None:
        data = str(self._folder / "data")
        self._run(*_as_server(), binary("pg_ctl"), "-D", data, *arguments)

    def _run(self, *command: str) -> None:
        subprocess.run(
            command, check=True, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )


def is_possible() -> bool:
    """Whether this machine has a server's programs and a user to run them."""
    is_root = os.geteuid() == 0
    return found("initdb") is not None and (not is_root or shutil.which("runuser") is not None)


@contextmanager
def running(*, port: int | None = None, password: str | None = None) -> Iterator[Cluster]:
    """A fresh cluster, gone afterwards. Without a password everybody is let in."""
    folder = Path(tempfile.mkdtemp(prefix="checkin-chaos-pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, SERVER_USER)
        made = [*_as_server(), binary("initdb"), "-D", str(folder / "data")]
        made += ["-U", SERVER_USER, "-E", "UTF8", "--no-sync"]
        made += _who_is_let_in(folder / "password", password)
        subprocess.run(made, check=True, cwd="/", stdout=subprocess.DEVNULL)
        cluster = Cluster(folder, port)
        cluster.start()
        try:
            yield cluster
        finally:
            with suppress(subprocess.CalledProcessError):
                cluster.crash()
    finally:
        shutil.rmtree(folder)


def _who_is_let_in(file: Path, password: str | None) -> list[str]:
    if password is None:
        return ["-A", "trust"]
    file.write_text(password)
    if os.geteuid() == 0:
        shutil.chown(file, SERVER_USER)
    return ["-A", "scram-sha-256", f"--pwfile={file}"]


def _as_server() -> Sequence[str]:
    return ["runuser", "-u", SERVER_USER, "--"] if os.geteuid() == 0 else []


def binary(name: str) -> str:
    program = found(name)
    if program is None:
        raise FileNotFoundError(f"PostgreSQL's {name} is not on this machine")
    return program


def found(name: str) -> str | None:
    """The path of one of PostgreSQL's programs, the newest where there are several."""
    versions = sorted(BINARIES.glob(f"*/bin/{name}"), key=lambda path: path.parts[4])
    return str(versions[-1]) if versions else shutil.which(name)
