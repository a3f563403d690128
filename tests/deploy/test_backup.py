"""Each side's backup as shipped: dumped, kept for so long, and put back by its script."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.chaos import cluster
from tests.chaos.cluster import Cluster
from tests.conftest import skip_or_fail
from tests.deploy.sides import DEPLOY

SIDES = ("campaign", "platform")
WHOSE = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
POLICIES = "SELECT tablename, policyname FROM pg_policies ORDER BY 1, 2"
TRIGGERS = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"


@dataclass(frozen=True)
class BackedUpMachine:
    """Both sides' databases on one server, and the folder of their credentials."""

    server: Cluster
    folder: Path

    def ask(self, side: str, statement: str, role: str = cluster.SERVER_USER) -> list[str]:
        url = make_url(self.server.url(side)).set(username=role)
        with psycopg.connect(url.render_as_string(False), autocommit=True) as connection:
            found = connection.execute(statement)
            return [str(row[0]) for row in found] if found.description else []

    def run(self, script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        metrics = self.folder / "metrics"
        metrics.mkdir(exist_ok=True)
        return subprocess.run(
            [str(DEPLOY / script), *map(str, arguments)],
            cwd=self.folder,
            env={
                **os.environ,
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                "CHECKIN_TEXTFILES": str(metrics),
            },
            capture_output=True,
            text=True,
        )


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackedUpMachine]:
    if not (cluster.is_possible() and shutil.which("psql")):
        skip_or_fail("PostgreSQL's server and psql")
    folder = tmp_path_factory.mktemp("machine")
    with cluster.running() as server:
        port = make_url(server.url("postgres")).port
        made = BackedUpMachine(server, folder)
        places = ("--campaign-database", "--platform-database", "--redis")
        made.run("credentials.py", folder, *(f"{place}=127.0.0.1:{port}" for place in places))
        applied = made.run("postgres/apply", folder, *SIDES)
        assert 0 == applied.returncode, applied.stderr
        yield made


@pytest.mark.parametrize("side", SIDES)
def test_a_backup_is_put_back_with_its_owners_rules_and_grants(
    machine: BackedUpMachine, side: str, tmp_path: Path
) -> None:
    rules = [machine.ask(side, each) for each in (WHOSE, POLICIES, TRIGGERS)]
    machine.ask(side, "INSERT INTO heartbeats (job, done_at) VALUES ('before', now())")
    dumped = machine.run("backup/dump", machine.folder, side, tmp_path)
    assert 0 == dumped.returncode, dumped.stderr
    machine.ask(side, "INSERT INTO heartbeats (job, done_at) VALUES ('after', now())")

    console = psycopg.connect(machine.server.url(side))
    restored = machine.run("backup/restore", machine.folder, side, dumped.stdout.strip())
    console.close()

    assert 0 == restored.returncode, restored.stderr
    assert ["before"] == machine.ask(side, "SELECT job FROM heartbeats", role=side)
    assert rules == [machine.ask(side, each) for each in (WHOSE, POLICIES, TRIGGERS)]
    databases = machine.ask(side, "SELECT datname FROM pg_database")
    former = next(name for name in databases if name.startswith(f"{side}_before"))
    assert ["after", "before"] == sorted(machine.ask(former, "SELECT job FROM heartbeats"))


def test_a_backup_is_for_its_owner_alone_and_old_ones_go(
    machine: BackedUpMachine, tmp_path: Path
) -> None:
    old, young = tmp_path / "campaign" / "old.dump", tmp_path / "campaign" / "young.dump"
    old.parent.mkdir()
    for file, days in ((old, 31), (young, 29)):
        file.touch()
        moment = (datetime.now(UTC) - timedelta(days=days)).timestamp()
        os.utime(file, (moment, moment))

    made = Path(machine.run("backup/dump", machine.folder, "campaign", tmp_path).stdout.strip())

    assert {young, made} == set(old.parent.iterdir())
    assert 0o600 == made.stat().st_mode & 0o777
    told = (machine.folder / "metrics" / "checkin-campaign.prom").read_text()
    assert told.startswith('checkin_backup_done_timestamp_seconds{side="campaign"} ')


def test_a_dump_that_failed_leaves_no_file_and_does_not_count(
    machine: BackedUpMachine, tmp_path: Path
) -> None:
    nowhere = tmp_path / "folder"
    (nowhere / "campaign").mkdir(parents=True)
    url = "postgresql://campaign_migrator@127.0.0.1:1/campaign"
    (nowhere / "campaign" / "migrator.env").write_text(f"CHECKIN_CAMPAIGN_DATABASE_URL={url}\n")

    failed = machine.run("backup/dump", nowhere, "campaign", tmp_path)

    assert 0 != failed.returncode
    assert [] == list((tmp_path / "campaign").iterdir())


def test_what_is_no_dump_is_refused_before_anything_is_renamed(
    machine: BackedUpMachine, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.dump"
    wrong.write_text("no dump")
    before = machine.ask("postgres", "SELECT datname FROM pg_database ORDER BY 1")

    refused = machine.run("backup/restore", machine.folder, "campaign", wrong)

    assert 0 != refused.returncode
    assert before == machine.ask("postgres", "SELECT datname FROM pg_database ORDER BY 1")


def test_systemd_and_logrotate_accept_what_is_shipped(tmp_path: Path) -> None:
    if not (shutil.which("systemd-analyze") and shutil.which("logrotate")):
        pytest.skip("systemd-analyze or logrotate is not there")
    environment = {**os.environ, "DESTDIR": str(tmp_path)}
    subprocess.run([str(DEPLOY / "backup" / "install")], env=environment, check=True)
    units = tmp_path / "etc" / "systemd" / "system"
    service = units / "backup-checkin@.service"
    service.write_text(service.read_text().replace("/opt/checkin", str(DEPLOY.parent)))
    names = ["backup-checkin@campaign.service", "backup-checkin@campaign.timer"]

    verified = subprocess.run(
        ["systemd-analyze", "--no-pager", "verify", "--man=no", *(str(units / n) for n in names)],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{units}:"},
        capture_output=True,
        text=True,
    )
    read = tmp_path / "checkin"
    shutil.copy(DEPLOY / "logrotate" / "checkin", read)
    read.chmod(0o644)
    rotated = subprocess.run(["logrotate", "--debug", read], capture_output=True, text=True)

    assert 0 == verified.returncode, verified.stderr
    assert (0, False) == (rotated.returncode, "error:" in rotated.stderr), rotated.stderr
