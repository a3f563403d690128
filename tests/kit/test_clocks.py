"""A machine whose clock is off is named, by itself and by its workers' notes."""

import socket
import subprocess
import sys
from datetime import timedelta

import pytest

from campaigns.models import Heartbeat
from kit import clocks, heartbeats
from kit.clock import Clock, utc_now
from kit.database import Database

TICK = timedelta(seconds=10)
DOCTOR = """
import sys
from tests.chaos.skewed import put_wrong
put_wrong(float(sys.argv.pop(1)))
from checkin.cli import main
main()
"""

on_postgresql = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)


def _off_by(seconds: float) -> Clock:
    return lambda: utc_now() + timedelta(seconds=seconds)


@on_postgresql
@pytest.mark.parametrize(("seconds", "direction"), [(3600, "ahead of"), (-3600, "behind")])
def test_a_machine_that_is_off_is_named(
    campaign_db: Database, seconds: int, direction: str
) -> None:
    (said,) = clocks.problems(campaign_db, tick=TICK, machine=_off_by(seconds))

    begins = f"The clock of {socket.gethostname()} is 3"
    assert (True, True) == (said.startswith(begins), f" s {direction} the database's;" in said)


def test_a_machine_that_is_right_is_not_named(campaign_db: Database) -> None:
    assert [] == list(clocks.problems(campaign_db, tick=timedelta(hours=1)))


@on_postgresql
def test_a_worker_that_is_off_is_named_until_it_is_right(campaign_db: Database) -> None:
    def tick(name: str, seconds: float) -> list[str]:
        clocks.record_offset(campaign_db, Heartbeat, tick=TICK, machine=_off_by(seconds), name=name)
        with campaign_db.reading() as session:
            found = heartbeats.last_runs(session, Heartbeat)
        return list(clocks.noted(found, now=campaign_db.now()))

    assert [] == tick("right", 0)
    named = tick("wrong", 3600)
    assert ["The clock of wrong, where a worker runs, is off; " + clocks.REMEDY + "."] == named
    assert named == tick("right", 0)
    assert [] == tick("wrong", 0)


@on_postgresql
def test_the_doctor_of_a_machine_that_is_off_names_it(campaign_db: Database) -> None:
    url = campaign_db.engine.url.render_as_string(hide_password=False)
    asked = subprocess.run(
        [sys.executable, "-c", DOCTOR, "3600", "doctor"],
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": ":".join(sys.path),
            "CHECKIN_CAMPAIGN_DATABASE_URL": url,
            "CHECKIN_PLATFORM_DATABASE_URL": "none",
            "AWS_EC2_METADATA_DISABLED": "true",
        },
        capture_output=True,
        text=True,
    )

    assert f"NOT  campaign clock: The clock of {socket.gethostname()} is " in asked.stdout
