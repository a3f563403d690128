import dataclasses
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from campaigns.models import CampaignState, Sender
from campaigns.sending import lifecycle, recording, worker
from campaigns.ses import account
from campaigns.ses.rate_limiter import DatabaseRateLimiter
from kit.database import Database
from tests.support.sending import (
    FreeLimiter,
    ManualClock,
    ScriptedSes,
    address,
    campaign_of,
    client_error,
    rows,
    send_context,
    sending_campaign,
    states,
)

URL = {"endpoint_url": "https://email.example"}


def send(database: Database, ses: ScriptedSes, now: datetime, campaign_id: int) -> bool:
    return worker.run(send_context(database, ses, lambda: now), campaign_id, seconds=10)


def sender_row(database: Database) -> Sender:
    with database.reading() as session:
        return session.get_one(Sender, 1)


def test_everybody_gets_the_mail_once_and_the_links_are_forgotten(
    campaign_db: Database, now: datetime
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=120)
    ses = ScriptedSes()
    assert send(campaign_db, ses, now, campaign_id) is False
    assert sorted(ses.accepted) == [address(number) for number in range(1, 121)]
    assert {row.state for row in rows(campaign_db)} == {"sent"}
    assert {row.reply_link for row in rows(campaign_db)} == {None}
    assert [len(request["BulkEmailEntries"]) for request in ses.requests] == [50, 50, 20]


def test_a_second_worker_finds_nothing_left(campaign_db: Database, now: datetime) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=10)
    send(campaign_db, ScriptedSes(), now, campaign_id)
    idle = ScriptedSes()
    send(campaign_db, idle, now, campaign_id)
    assert idle.requests == []


@pytest.mark.parametrize(
    "state",
    [state for state in CampaignState if state is not CampaignState.SENDING],
)
def test_a_campaign_in_any_other_state_is_not_sent(
    campaign_db: Database, now: datetime, state: CampaignState
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=3, state=state)
    ses = ScriptedSes()
    send(campaign_db, ses, now, campaign_id)
    assert ses.requests == []


def test_a_pause_takes_effect_before_the_next_batch(campaign_db: Database, now: datetime) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=150)

    def pause_meanwhile(request: dict[str, Any]) -> list[str]:
        with campaign_db.writing() as session:
            lifecycle.pause(session, campaign_id=campaign_id, reason="wait", now=now)
        return ["SUCCESS"] * len(request["BulkEmailEntries"])

    ses = ScriptedSes(["SUCCESS", pause_meanwhile])
    send(campaign_db, ses, now, campaign_id)
    assert len(ses.requests) == 2
    assert (states(campaign_db).count("sent"), states(campaign_db).count("queued")) == (100, 50)


def test_nothing_is_posted_after_the_last_moment(campaign_db: Database, now: datetime) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=60)
    ses = ScriptedSes()
    send(campaign_db, ses, now + timedelta(hours=48), campaign_id)
    assert ses.requests == []
    assert set(states(campaign_db)) == {"queued"}


def test_a_lost_answer_leaves_the_batch_unknown_and_is_not_posted_again(
    campaign_db: Database, now: datetime
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=60)
    ses = ScriptedSes([ReadTimeoutError(**URL)])
    send(campaign_db, ses, now, campaign_id)
    assert (states(campaign_db).count("unknown"), states(campaign_db).count("sent")) == (50, 10)
    assert len(ses.requests) == 2


def test_an_unreachable_ses_puts_everything_back_and_ends_the_slice(
    campaign_db: Database, now: datetime
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=120)
    ses = ScriptedSes([EndpointConnectionError(**URL)])
    send(campaign_db, ses, now, campaign_id)
    assert set(states(campaign_db)) == {"queued"}
    assert len(ses.requests) == 1


@pytest.mark.parametrize(
    "answer", ["ACCOUNT_SENDING_PAUSED", client_error("SendingPausedException", 400)]
)
def test_an_account_level_refusal_stops_all_and_marks_nobody(
    campaign_db: Database, now: datetime, answer: str | Exception
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=120)
    ses = ScriptedSes([answer])
    send(campaign_db, ses, now, campaign_id)
    assert set(states(campaign_db)) == {"queued"}
    sender = sender_row(campaign_db)
    assert (sender.paused_since is not None, sender.paused_until) == (True, None)
    send(campaign_db, ses, now, campaign_id)
    assert len(ses.requests) == 1


def test_a_spent_quota_pauses_for_a_while_and_goes_on_by_itself(
    campaign_db: Database, now: datetime
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=3)
    ses = ScriptedSes(["ACCOUNT_DAILY_QUOTA_EXCEEDED"])
    send(campaign_db, ses, now, campaign_id)
    sender = sender_row(campaign_db)
    assert sender.paused_since is not None
    until = sender.paused_since + recording.ASK_AGAIN
    assert until == sender.paused_until
    with campaign_db.writing() as session:
        account.end_expired_pause(session, now=until)
        account.store_limits(
            session,
            {"max_send_rate": 100.0, "daily_quota": 50.0, "sent_last_day": 0.0},
            now=until,
        )
    send(campaign_db, ses, until, campaign_id)
    assert set(states(campaign_db)) == {"sent"}


def test_no_more_is_claimed_than_the_day_allows(campaign_db: Database, now: datetime) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=30)
    with campaign_db.writing() as session:
        account.store_limits(
            session,
            {"max_send_rate": 1000.0, "daily_quota": 200.0, "sent_last_day": 188.0},
            now=now,
        )
    send(campaign_db, ScriptedSes(), now, campaign_id)
    assert states(campaign_db).count("sent") == 12
    assert sender_row(campaign_db).paused_until is not None


def test_throttled_mails_go_back_and_everybody_waits_a_second(
    campaign_db: Database, now: datetime
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=1)
    with campaign_db.writing() as session:
        limits = {"max_send_rate": 20.0, "daily_quota": -1.0, "sent_last_day": 0.0}
        account.store_limits(session, limits, now=now)
    pace = FreeLimiter()
    ses = ScriptedSes([client_error("TooManyRequestsException", 429)])
    worker.run(
        send_context(campaign_db, ses, lambda: now, rate_limiter=pace), campaign_id, seconds=10
    )
    assert states(campaign_db) == ["sent"]
    assert pace.turns.count(19) == 1


def test_the_pace_that_the_database_keeps_can_be_slowed_by_who_writes_there(
    campaign_db: Database, now: datetime
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=1)
    ses = ScriptedSes([client_error("TooManyRequestsException", 429)])
    at_work = dataclasses.replace(
        send_context(campaign_db, ses, lambda: now), rate_limiter=DatabaseRateLimiter(campaign_db)
    )
    worker.run(at_work, campaign_id, seconds=10)
    assert states(campaign_db) == ["sent"]


def test_a_whole_batch_refused_alike_stops_the_campaign_and_fails_nobody(
    campaign_db: Database, now: datetime
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=40)
    send(campaign_db, ScriptedSes(["MESSAGE_REJECTED"]), now, campaign_id)
    assert set(states(campaign_db)) == {"queued"}
    campaign = campaign_of(campaign_db, campaign_id)
    assert campaign.state == "paused"
    assert "look at the message" in (campaign.state_reason or "")


def test_one_refused_recipient_fails_alone(campaign_db: Database, now: datetime) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=12)
    ses = ScriptedSes([lambda _: ["SUCCESS"] * 5 + ["INVALID_PARAMETER"] + ["SUCCESS"] * 6])
    send(campaign_db, ses, now, campaign_id)
    assert (rows(campaign_db)[5].state, rows(campaign_db)[5].cause) == (
        "failed",
        "invalid_parameter",
    )
    assert states(campaign_db).count("sent") == 11


@pytest.mark.parametrize("age", [timedelta(minutes=16), None])
def test_nothing_is_sent_while_the_limits_of_ses_are_unknown(
    campaign_db: Database, now: datetime, age: timedelta | None
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=3)
    with campaign_db.writing() as session:
        session.get_one(Sender, 1).limits_read_at = now - age if age else None
    ses = ScriptedSes()
    send(campaign_db, ses, now, campaign_id)
    assert ses.requests == []


def test_a_pace_that_cannot_be_had_sends_nothing(campaign_db: Database, now: datetime) -> None:
    class DeadLimiter(FreeLimiter):
        def reserve(self, count: int, rate: float) -> float:
            raise ConnectionError("no Redis")

    campaign_id = sending_campaign(campaign_db, now, size=3)
    ses = ScriptedSes()
    with pytest.raises(ConnectionError):
        worker.run(
            send_context(campaign_db, ses, lambda: now, rate_limiter=DeadLimiter()),
            campaign_id,
            seconds=10,
        )
    assert ses.requests == []
    assert set(states(campaign_db)) == {"queued"}


def test_a_batch_that_is_not_full_takes_a_whole_turn(campaign_db: Database, now: datetime) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=120)
    pace = FreeLimiter()
    at = send_context(campaign_db, ScriptedSes(), ManualClock(now), rate_limiter=pace)
    worker.run(dataclasses.replace(at, monotonic=lambda: 0.0), campaign_id, seconds=10)
    assert pace.turns == [50, 50, 50]


def test_a_turn_that_came_too_late_is_not_used(campaign_db: Database, now: datetime) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=1)
    pace = FreeLimiter()
    seconds = iter([0.0, 0.0, worker.LATE, *[1.0] * 3])
    at = send_context(campaign_db, ScriptedSes(), ManualClock(now), rate_limiter=pace)
    at = dataclasses.replace(at, sleep=lambda _: None, monotonic=lambda: next(seconds))
    worker.run(at, campaign_id, seconds=10)
    assert pace.turns == [50, 50]
