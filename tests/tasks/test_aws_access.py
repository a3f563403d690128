"""A worker that AWS refuses rests, asks again, and leaves what needs AWS to the others."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import EndpointConnectionError, NoCredentialsError

from campaigns.models import Heartbeat
from kit import heartbeats, machine_notes, readiness
from kit.database import Database
from kit.heartbeats import LastRun
from tasks import aws_access
from tasks.aws_access import AwsAccess
from tests.chaos import broker, processes, stand_in
from tests.chaos.fleet import CELERY, Member
from tests.chaos.skewed import command
from tests.conftest import skip_or_fail
from tests.drills.databases import migrated
from tests.support.sending import client_error

ENOUGH = 5
REFUSED = client_error("InvalidSignatureException", 403)


class ScriptedAws:
    """Answers what it is asked with the next of `script`, and then always."""

    def __init__(self, *script: Exception | None) -> None:
        self.script, self.times = list(script), 0
        self.noted: list[str | None] = []
        self.access = AwsAccess(self._answer, self.noted.append)

    def _answer(self) -> None:
        self.times += 1
        if self.script and (error := self.script.pop(0)):
            raise error


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the monotonic clock says."""
    clock = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    return clock


def test_a_process_asks_once_and_not_again_while_it_is_answered(seconds: list[float]) -> None:
    aws = ScriptedAws()
    assert [False] * 3 == [aws.access.is_refused() for _ in range(3)]
    assert (1, [None]) == (aws.times, aws.noted)


def test_a_process_that_is_refused_rests_and_then_asks_again(seconds: list[float]) -> None:
    aws = ScriptedAws(REFUSED)
    assert [True] * 3 == [aws.access.is_refused() for _ in range(3)]
    assert 1 == aws.times
    seconds[0] += aws_access.REST
    assert not aws.access.is_refused()
    assert (2, ["InvalidSignatureException", None]) == (aws.times, aws.noted)


@pytest.mark.parametrize(
    "error", [REFUSED, NoCredentialsError(), EndpointConnectionError(endpoint_url="https://a")]
)
def test_a_refusal_at_work_begins_a_rest_and_passes(seconds: list[float], error: Exception) -> None:
    aws = ScriptedAws()
    assert not aws.access.is_refused()
    with pytest.raises(type(error)), aws.access.heeding():
        raise error
    assert (True, 1) == (aws.access.is_refused(), aws.times)


@pytest.mark.parametrize(("code", "status"), [("InternalFailure", 500), ("Throttling", 400)])
def test_what_every_process_would_be_answered_is_no_reason_to_rest(
    seconds: list[float], code: str, status: int
) -> None:
    aws = ScriptedAws(client_error(code, status))
    assert [False, False] == [aws.access.is_refused() for _ in range(2)]


def test_a_machine_that_is_refused_is_named_until_it_is_answered(campaign_db: Database) -> None:
    def noted(name: str, code: str | None) -> list[str]:
        machine_notes.record(campaign_db, Heartbeat, "aws-sqs", trouble=code, name=name)
        with campaign_db.reading() as session:
            found = heartbeats.last_runs(session, Heartbeat)
        return list(readiness.of_jobs(found, {}, now=campaign_db.now()))

    said = "Amazon SQS refuses wrong, where a worker runs (SignatureDoesNotMatch); "
    (sentence,) = noted("wrong", "SignatureDoesNotMatch")
    assert said + "check its clock and its credentials." == sentence
    assert [sentence] == noted("right", None)
    assert [] == noted("wrong", None)


@pytest.fixture
def side(tmp_path: Path) -> Iterator[tuple[Database, Path]]:
    """Two workers of one child each and a beat; the first worker's clock is an hour ahead."""
    if not broker.is_possible():
        skip_or_fail("a Redis server of the test's own (redis-server)")
    with (
        migrated("campaign", "sqlite", tmp_path) as drill,
        broker.running(tmp_path) as redis,
        stand_in.running(tmp_path, rate=10, seed=1, feed={}) as aws,
    ):
        environment = aws.environment | {
            "CHECKIN_CAMPAIGN_DATABASE_URL": drill.url,
            "CHECKIN_PLATFORM_DATABASE_URL": "none",
            "CHECKIN_BROKER_URL": redis.url,
            "CHECKIN_TICK": "1s",
        }
        worker = ["worker", "-Q", "campaign", "-c", "1", "--without-mingle", "-l", "INFO"]
        members = [
            Member("refused", [*command(3600), *worker, "-n", "a@x"], environment, tmp_path),
            Member("healthy", [*CELERY, *worker, "-n", "b@x"], environment, tmp_path),
            Member("beat", [*CELERY, "beat", "-s", f"{tmp_path}/s"], environment, tmp_path),
        ]
        try:
            for member in members:
                member.tend()
            with drill.opened() as database:
                yield database, tmp_path
        finally:
            for member in members:
                member.end()


def _times(log: Path, words: bytes) -> int:
    """In how many lines about a poll these words stand."""
    lines = log.read_bytes().splitlines()
    return sum(b"campaign.poll_feedback" in line and words in line for line in lines)


@pytest.mark.timeout(300)
def test_of_two_workers_the_one_that_aws_answers_does_every_poll(
    side: tuple[Database, Path],
) -> None:
    database, folder = side
    done = set()

    def is_enough() -> bool:
        with database.reading() as session:
            done.add(heartbeats.last_runs(session, Heartbeat).get("feedback", LastRun(None)))
        return min(len(done), _times(folder / "refused.log", b"was handed on")) >= ENOUGH

    processes.wait_until(is_enough, "polls that were handed on")
    with database.reading() as session:
        found = heartbeats.last_runs(session, Heartbeat)
    assert {None} == {run.trouble for run in done}
    assert 0 == _times(folder / "refused.log", b"AWS refused whoever")
    assert "SignatureDoesNotMatch" in str(found["aws-sqs"].trouble)
