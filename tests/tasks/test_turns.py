"""No machine's own clock decides whether a job is done; what comes twice is done once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from campaigns.models import Heartbeat
from kit import heartbeats, settings
from kit.database import Database
from tasks import process, turns
from tests.chaos import broker, processes, skewed
from tests.chaos.fleet import CELERY, Member
from tests.conftest import skip_or_fail
from tests.drills.databases import migrated

HALF = timedelta(seconds=5)
SECOND = timedelta(seconds=1)
TICK = timedelta(seconds=10)


def _begin(database: Database, now: datetime) -> bool:
    with database.writing() as session:
        return heartbeats.begin(session, Heartbeat, "tick", every=HALF, now=now)


def test_the_first_of_several_messages_does_the_job(campaign_db: Database, now: datetime) -> None:
    begun = [_begin(campaign_db, now + number * SECOND) for number in range(7)]

    assert [True, False, False, False, False, True, False] == begun


def test_a_beginning_in_the_future_holds_nothing_up(campaign_db: Database, now: datetime) -> None:
    _begin(campaign_db, now + timedelta(hours=1))

    assert _begin(campaign_db, now)


def test_a_message_that_was_dropped_does_not_change_when_the_job_was_done(
    campaign_db: Database, now: datetime
) -> None:
    _begin(campaign_db, now)
    with campaign_db.writing() as session:
        heartbeats.done(session, Heartbeat, "tick", now=now)
    _begin(campaign_db, now + SECOND)

    with campaign_db.reading() as session:
        assert heartbeats.last_runs(session, Heartbeat)["tick"].done_at == now


@pytest.mark.parametrize(
    ("age", "is_outdated"), [(6 * TICK, True), (6 * TICK - SECOND, False), (-TICK, False)]
)
def test_a_request_to_send_is_dropped_after_it_has_waited_for_six_ticks(
    now: datetime, *, age: timedelta, is_outdated: bool
) -> None:
    process.start_afresh()
    assert settings.load().tick == TICK

    assert is_outdated == turns.is_outdated((now - age).isoformat(), clock=lambda: now)


def test_a_request_of_an_older_release_is_taken(now: datetime) -> None:
    assert not turns.is_outdated("", clock=lambda: now)


@pytest.fixture(params=[-15, 15])
def skewed_side(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A worker in good order beside a beat whose clock is wrong by more than a tick."""
    if not broker.is_possible():
        skip_or_fail("a Redis server of the test's own (redis-server)")
    with migrated("campaign", "sqlite", tmp_path) as drill, broker.running(tmp_path) as redis:
        environment = {
            "CHECKIN_CAMPAIGN_DATABASE_URL": drill.url,
            "CHECKIN_PLATFORM_DATABASE_URL": "none",
            "CHECKIN_BROKER_URL": redis.url,
            "CHECKIN_TICK": "1s",
            "AWS_ENDPOINT_URL_SESV2": "http://127.0.0.1:9",
        }
        wrong = skewed.command(request.param)
        worker = [*CELERY, "worker", "-Q", "campaign", "-c", "1", "--without-mingle"]
        members = [
            Member("beat", [*wrong, "beat", "-s", f"{tmp_path}/s"], environment, tmp_path),
            Member("worker", worker, environment, tmp_path),
        ]
        try:
            for member in members:
                member.tend()
            with drill.opened() as database:
                yield database
        finally:
            for member in members:
                member.end()


@pytest.mark.timeout(300)
def test_a_beat_whose_clock_is_wrong_delays_nothing(skewed_side: Database) -> None:
    def is_done() -> bool:
        with skewed_side.reading() as session:
            run = heartbeats.last_runs(session, Heartbeat).get("tick")
        return run is not None and run.done_at is not None

    processes.wait_until(is_done, "the first tick")
