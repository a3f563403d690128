"""Several requests under way at once: as many as may be, and no more after a word to stop."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier, Event
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from campaigns.models import Sender
from campaigns.sending import deliveries, lifecycle, worker
from campaigns.sending.context import open_job
from campaigns.sending.recording import Recorder
from campaigns.ses.transport import Outcome
from campaigns.ses.verdicts import Verdict
from kit.database import Database
from tests.support.sending import (
    ScriptedSes,
    address,
    client_error,
    rows,
    send_context,
    sending_campaign,
    states,
)

AT_ONCE = 3
URL = {"endpoint_url": "https://email.example"}
Answer = Callable[[dict[str, Any]], list[str]]


def send(database: Database, ses: ScriptedSes, now: datetime, campaign_id: int) -> None:
    at = send_context(database, ses, lambda: now, posts_at_once=AT_ONCE)
    worker.run(at, campaign_id, seconds=60)


def all_accepted(request: dict[str, Any]) -> list[str]:
    return ["SUCCESS"] * len(request["BulkEmailEntries"])


class Together(ScriptedSes):
    """Answers nobody until `AT_ONCE` requests are here."""

    def __init__(self) -> None:
        super().__init__()
        self.here = Barrier(AT_ONCE, timeout=60)

    def send_bulk_email(self, **request: Any) -> dict[str, Any]:
        self.here.wait()
        return super().send_bulk_email(**request)


def test_as_many_are_under_way_at_once_as_the_desk_allows(
    campaign_db: Database, now: datetime
) -> None:
    ses = Together()
    campaign_id = sending_campaign(campaign_db, now, size=AT_ONCE * 50 * 2)
    send(campaign_db, ses, now, campaign_id)
    assert Counter(ses.accepted) == {address(n): 1 for n in range(1, AT_ONCE * 50 * 2 + 1)}
    assert set(states(campaign_db)) == {"sent"}


def test_a_pause_lets_only_what_is_under_way_go(campaign_db: Database, now: datetime) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=400)

    def pause_meanwhile(request: dict[str, Any]) -> list[str]:
        with campaign_db.writing() as session:
            lifecycle.pause(session, campaign_id=campaign_id, reason="wait", now=now)
        return all_accepted(request)

    ses = ScriptedSes([pause_meanwhile])
    send(campaign_db, ses, now, campaign_id)
    assert len(ses.requests) <= AT_ONCE
    assert states(campaign_db).count("sent") == 50 * len(ses.requests)
    assert states(campaign_db).count("queued") == 400 - 50 * len(ses.requests)


@pytest.mark.parametrize("error", [EndpointConnectionError(**URL), client_error("x", 429)])
def test_what_was_not_sent_goes_back_and_what_was_under_way_is_recorded(
    campaign_db: Database, now: datetime, error: Exception
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=400)
    ses = ScriptedSes([error])
    send(campaign_db, ses, now, campaign_id)
    assert set(states(campaign_db)) <= {"sent", "queued"}
    assert sorted(ses.accepted) == [r.address for r in rows(campaign_db) if r.state == "sent"]


def test_a_lost_answer_costs_its_own_batch_alone(campaign_db: Database, now: datetime) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=400)
    send(campaign_db, ScriptedSes([ReadTimeoutError(**URL)]), now, campaign_id)
    assert (states(campaign_db).count("unknown"), states(campaign_db).count("sent")) == (50, 350)


def test_the_days_quota_is_kept_with_several_under_way(
    campaign_db: Database, now: datetime
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=400)
    with campaign_db.writing() as session:
        session.get_one(Sender, 1).daily_quota = 170.0
    ses = ScriptedSes([ReadTimeoutError(**URL)])
    send(campaign_db, ses, now, campaign_id)
    assert 120 <= len(ses.accepted) <= 170


def test_an_error_of_the_database_ends_the_slice_and_the_claim_is_given_back(
    campaign_db: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ConnectionError("the database is gone")

    campaign_id = sending_campaign(campaign_db, now, size=400)
    monkeypatch.setattr(deliveries, "record", broken)
    ses = ScriptedSes()
    with pytest.raises(ConnectionError):
        send(campaign_db, ses, now, campaign_id)
    assert len(ses.requests) <= AT_ONCE
    assert states(campaign_db).count("queued") == 400 - 50 * len(ses.requests)
    assert states(campaign_db).count("sending") == 50 * len(ses.requests)


def test_whoever_waits_while_another_writes_is_written_with_the_others(
    campaign_db: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=4)
    at = send_context(campaign_db, ScriptedSes(), lambda: now)
    order = open_job(at, campaign_id)
    assert order is not None
    with campaign_db.writing() as session:
        claim = deliveries.claim(session, campaign_id=campaign_id, after=0, limit=4, now=now)
    recorder, may_go_on, sizes = Recorder(at, order, at.clock), Event(), []
    record = deliveries.record

    def slow(session: Any, attempt: str, outcomes: list[Outcome], *, now: datetime) -> None:
        sizes.append(len(outcomes))
        may_go_on.wait(60)
        record(session, attempt, outcomes, now=now)

    monkeypatch.setattr(deliveries, "record", slow)
    with ThreadPoolExecutor(4) as threads:
        for number, mail in enumerate(claim.mails, 1):
            outcome = Outcome(mail.delivery_id, Verdict.ACCEPTED, f"ses-{number}")
            threads.submit(recorder.record, claim, [outcome])
            while len(recorder._unwritten) < number or not sizes:
                time.sleep(0.001)
        may_go_on.set()
    assert sizes == [1, 3]
    assert [row.message_id for row in rows(campaign_db)] == [f"ses-{n}" for n in range(1, 5)]
