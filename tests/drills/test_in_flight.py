"""A real worker sends a month while its database is migrated; each mail is traced back."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from campaigns.models import Heartbeat
from campaigns.ses import account
from checkin.databases import Side, upgrade_side
from kit import heartbeats
from kit.database import Database
from tests.chaos import broker, fleet, processes, stand_in
from tests.conftest import skip_or_fail
from tests.drills.databases import Drill, migrated
from tests.drills.next_release import next_release
from tests.support.faulty_ses import accept_log
from tests.support.faulty_ses.accept_log import Accepted
from tests.support.sending import MONTH, sending_campaign

RATE = 100.0
FIRST, SECOND = 300, 60
NEXT_MONTH = "2027-01"

pytestmark = pytest.mark.timeout(600)


@dataclass(frozen=True)
class Flight:
    """What is left when both months have gone out."""

    mails: list[Accepted]
    columns: set[str]
    lines: list[dict[str, Any]]
    jobs: Mapping[str, heartbeats.LastRun]


@pytest.fixture(scope="module")
def flight(
    tmp_path_factory: pytest.TempPathFactory, postgresql_urls: dict[str, str] | None
) -> Iterator[Flight]:
    if postgresql_urls is None or not broker.is_possible():
        skip_or_fail("PostgreSQL and a Redis server of the test's own (redis-server)")
    folder = tmp_path_factory.mktemp("flight")
    with migrated("campaign", "postgresql", folder) as drill:
        yield _flown(drill, folder)


def _flown(drill: Drill, folder: Path) -> Flight:
    """One month is under way when the upgrade begins, and another one comes after it."""
    with drill.opened() as database, _at_work(drill, database, folder) as provider:
        _wait_for(provider, 1)
        with next_release("campaign", folder):
            upgrade_side(Side("campaign", drill.url))
        _hand_over(database, NEXT_MONTH, SECOND)
        _wait_for(provider, FIRST + SECOND)
        columns = {column["name"] for column in inspect(database.engine).get_columns("deliveries")}
        with database.reading() as session:
            jobs = heartbeats.last_runs(session, Heartbeat)
    logs = [line for file in folder.glob("worker-*.log") for line in file.read_text().splitlines()]
    lines = [json.loads(line) for line in logs if line.startswith("{")]
    return Flight(list(accept_log.read(provider.log)), columns, lines, jobs)


@contextmanager
def _at_work(drill: Drill, database: Database, folder: Path) -> Iterator[stand_in.LoggedSandbox]:
    """A worker and two beats on a month, as an operator runs them."""
    with (
        broker.running(folder) as redis,
        stand_in.running(folder, rate=RATE, seed=1, feed=stand_in.EVENTS_ARRIVE) as provider,
    ):
        _hand_over(database, MONTH, FIRST)
        environment = provider.environment | {
            "CHECKIN_CAMPAIGN_DATABASE_URL": drill.url,
            "CHECKIN_PLATFORM_DATABASE_URL": "none",
            "CHECKIN_BROKER_URL": redis.url,
            "CHECKIN_TICK": "1s",
        }
        with fleet.running(fleet.Fleet(folder, environment, workers=1)) as crew:
            yield provider
            crew.stop()


def _hand_over(database: Database, name: str, size: int) -> None:
    """A month whose moment has come, at the pace of the stand-in."""
    now = database.now()
    sending_campaign(database, now - timedelta(seconds=1), size=size, month=name)
    with database.writing() as session:
        limits = {"max_send_rate": RATE, "daily_quota": -1.0, "sent_last_day": 0.0}
        account.store_limits(session, limits, now=now)


def _wait_for(provider: stand_in.LoggedSandbox, accepted: int) -> None:
    """Long enough for the slowest machine; what is waited for always comes."""
    processes.wait_until(
        lambda: provider.control.counters()["accepted"] >= accepted, f"mail {accepted}", seconds=120
    )


def _lines_of(flight: Flight, event: str) -> list[dict[str, Any]]:
    return [line for line in flight.lines if line["event"] == event]


def test_nobody_is_missed_or_mailed_twice_by_an_upgrade(flight: Flight) -> None:
    recipients = {(mail.tag("campaign"), mail.address) for mail in flight.mails}

    assert (FIRST + SECOND, FIRST + SECOND) == (len(flight.mails), len(recipients))
    assert "new_column" in flight.columns


def test_each_mail_can_be_followed_to_the_tick_that_set_it_off(flight: Flight) -> None:
    ticks = {line["tick"] for line in _lines_of(flight, "tick")}
    claims = {line["attempt"]: line for line in _lines_of(flight, "claim")}

    for mail in flight.mails:
        claim = claims[mail.tag("attempt") or ""]
        assert claim["campaign"] == int(mail.tag("campaign") or 0)
        assert (claim["tick"] in ticks, claim["job"]) == (True, "campaign.send")


def test_the_worker_wrote_down_what_it_did(flight: Flight) -> None:
    done = {job: beat.trouble for job, beat in flight.jobs.items() if beat.done_at is not None}

    assert {"tick": None, "broker": None} == {job: done[job] for job in ("tick", "broker")}


def test_the_log_of_a_month_holds_no_address_and_no_link(flight: Flight) -> None:
    text = json.dumps(flight.lines)

    assert [] == [word for word in ("@example.org", "tenant-0", "token-") if word in text]
