"""A month sent by workers on several machines that were told the URLs and nothing else."""

import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from checkin.databases import Side, upgrade_side
from kit.database import Database
from sandbox import service
from tests.chaos import broker, checker, cluster, month, processes
from tests.conftest import skip_or_fail
from tests.machines import lan, servers
from tests.support.faulty_ses import accept_log

MAILS = 400
RATE = 100.0
SETTLED_SECONDS = 240.0
WORKER = ["-m", "celery", "-A", "tasks", "worker", "-B", "-Q", "campaign", "-c", "1"]
ALIKE = {
    "CHECKIN_TICK": "1s",
    "CHECKIN_CLAIM_LEASE": "4s",
    "CHECKIN_UNKNOWN_GRACE": "10s",
    "CHECKIN_SES_CONFIGURATION_SET": service.CONFIGURATION_SET,
    "AWS_SECRET_ACCESS_KEY": "sandbox",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def _sent(log: Path) -> int:
    return log.read_bytes().count(b"\n") if log.exists() else 0


def _is_settled(database: Database) -> bool:
    return month.standing(database)["sent"] == MAILS


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_workers_on_several_machines_send_once_and_outlive_one_that_sent(tmp_path: Path) -> None:
    if not (cluster.is_possible() and broker.is_possible()):
        skip_or_fail("a PostgreSQL and a Redis server to start (initdb, redis-server)")
    addresses = month.roster(MAILS)
    names = ["servers", "worker-1", "worker-2", "worker-3"]
    with ExitStack() as stack:
        server, *workers = stack.enter_context(lan.machines(tmp_path, names))
        running = stack.enter_context(servers.running(server, rate=RATE))
        upgrade_side(Side("campaign", running.local_url()))
        database = Database(running.local_url())
        stack.callback(database.dispose)
        for worker in workers:
            program = [sys.executable, *WORKER, "--hostname", f"celery@{worker.name}"]
            worker.run(program, running.urls | ALIKE | {"AWS_ACCESS_KEY_ID": worker.name})
        month.hand_over(database, addresses)

        processes.wait_until(lambda: _sent(running.log) > MAILS / 3, "a third", seconds=180)
        processes.wait_until(lambda: bool(running.senders()), "a sender's name")
        next(worker for worker in workers if worker.name in running.senders()).pull_the_plug()
        processes.wait_until(lambda: _is_settled(database), "the end", seconds=SETTLED_SECONDS)
        accepted, held = accept_log.read(running.log), month.held(database)
        verdict = checker.judge(addresses, accepted, held=held, staff=[month.STAFF])

    assert (MAILS, True, 0) == (verdict.recipients, verdict.is_clean, verdict.held)
