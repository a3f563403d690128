"""The servers' machine: PostgreSQL, Redis and the stand-in for SES, and the URLs they answer at."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from kit.ports import free_port
from sandbox import service
from sandbox.account import NO_LIMIT, AccountLimits
from sandbox.http import Request, Response
from tests.chaos import processes
from tests.chaos.cluster import SERVER_USER, binary
from tests.machines.lan import LanMachine
from tests.support.faulty_ses.service import FaultySandbox

DATABASE = "checkin"
SENDERS = "senders"
ACCESS_KEY = re.compile("Credential=([^/]+)/")
TRUST = "local all all trust\nhost all all 127.0.0.1/32 trust\nhost all all samenet trust\n"


class Servers:
    """What runs on the first machine. `urls` is all that a worker is told."""

    def __init__(self, machine: LanMachine, sockets: Path, *, rate: float) -> None:
        self._machine = machine
        self._sockets = sockets
        self._ports = [str(free_port()) for _ in range(3)]
        self.log = machine.folder / "accepted.jsonl"
        self._senders = machine.folder / SENDERS
        machine.folder.mkdir()
        self._start_postgresql()
        redis = ["redis-server", "--bind", machine.host, "--port", self._ports[1]]
        machine.run([*redis, "--save", "", "--protected-mode", "no"], {})
        script = [sys.executable, "-m", __name__, f"{machine.host}:{self._ports[2]}"]
        machine.run([*script, str(self.log), str(rate)], {})
        processes.wait_until(self._is_up, "PostgreSQL")
        with psycopg.connect(self.local_url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {DATABASE}")

    def senders(self) -> set[str]:
        """The access key ids by whose requests SES accepted mail so far."""
        return set(self._senders.read_text().split()) if self._senders.exists() else set()

    def local_url(self, name: str = DATABASE) -> str:
        """The database by way of its socket: files are shared where networks are not."""
        return f"postgresql://{SERVER_USER}@/{name}?host={self._sockets}&port={self._ports[0]}"

    @property
    def urls(self) -> dict[str, str]:
        database, redis, ses = (f"{self._machine.host}:{port}" for port in self._ports)
        return {
            "CHECKIN_CAMPAIGN_DATABASE_URL": f"postgresql://{SERVER_USER}@{database}/{DATABASE}",
            "CHECKIN_PLATFORM_DATABASE_URL": "none",
            "CHECKIN_BROKER_URL": f"redis://{redis}/0",
            "AWS_ENDPOINT_URL_SESV2": f"http://{ses}",
            "AWS_ENDPOINT_URL_SQS": f"http://{ses}",
            "CHECKIN_SES_EVENTS_QUEUE_URL": f"http://{ses}/000000000000/{service.QUEUE_NAME}",
        }

    def _start_postgresql(self) -> None:
        as_server = ["runuser", "-u", SERVER_USER, "--"] if os.geteuid() == 0 else []
        data = self._sockets / "data"
        made = [*as_server, binary("initdb"), "-D", str(data), "-U", SERVER_USER]
        made += ["-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(made, check=True, cwd="/", stdout=subprocess.DEVNULL)
        (data / "pg_hba.conf").write_text(TRUST)
        server = [*as_server, binary("postgres"), "-D", str(data), "-c", "fsync=off"]
        server += ["-p", self._ports[0], "-h", self._machine.host, "-k", str(self._sockets)]
        self._machine.run(server, {})

    def _is_up(self) -> bool:
        try:
            psycopg.connect(self.local_url("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def running(machine: LanMachine, *, rate: float) -> Iterator[Servers]:
    """The three servers on a machine. A socket's path must be short, and PostgreSQL no root's."""
    sockets = Path(tempfile.mkdtemp(prefix="checkin-machines-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(sockets, SERVER_USER)
        yield Servers(machine, sockets, rate=rate)
    finally:
        machine.pull_the_plug()
        shutil.rmtree(sockets)


@dataclass(kw_only=True)
class WitnessSandbox(FaultySandbox):
    """A stand-in that notes in `senders` whose requests it accepted mail by."""

    senders: Path

    def answer(self, request: Request) -> Response:
        response = super().answer(request)
        if b'"SUCCESS"' in response.body:
            key = ACCESS_KEY.search(request.headers["authorization"])
            with self.senders.open("a") as senders:
                senders.write(f"{key.group(1) if key else ''}\n")
        return response


def main(bind: str, log: str, rate: str) -> None:
    limits = AccountLimits(max_send_rate=float(rate), max_24_hour_send=NO_LIMIT)
    with WitnessSandbox(
        bind=bind,
        inbox=None,
        limits=limits,
        event_delay=0.3,
        accept_log=Path(log),
        senders=Path(log).with_name(SENDERS),
    ):
        signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
