"""What SES answers, entry by entry and in any order, and what becomes of each mail."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from campaigns import staff
from campaigns.models import Role, Sender
from campaigns.sending import control, deliveries, feedback, lifecycle, worker
from campaigns.ses import account
from campaigns.ses.transport import Outcome
from campaigns.ses.verdicts import Verdict
from kit.database import Database
from tests.support.sending import (
    MONTH,
    ManualClock,
    ScriptedSes,
    campaign_of,
    client_error,
    rows,
    send_context,
    sending_campaign,
    states,
)
from tests.support.ses_events import event

STAFF = "approver@example.org"
ALL = ("SUCCESS", "MESSAGE_REJECTED", "TRANSIENT_FAILURE", "A_STATUS_NOBODY_KNOWS", "FAILED")


@pytest.fixture(autouse=True)
def team(campaign_db: Database, now: datetime) -> None:
    with campaign_db.writing() as session:
        staff.add(session, email=STAFF, roles=[Role.APPROVER], by="test", now=now)


def send(database: Database, campaign_id: int, clock: ManualClock, *script: Any) -> ScriptedSes:
    ses = ScriptedSes(script=list(script))
    worker.run(send_context(database, ses, clock), campaign_id, seconds=60)
    return ses


def tick(database: Database, now: datetime) -> None:
    with database.writing() as session:
        lifecycle.advance(session, now=now)


def resume(database: Database, now: datetime) -> None:
    with database.writing() as session:
        control.resume(session, month=MONTH, by=STAFF, now=now)


def at_rate(database: Database, now: datetime, rate: float) -> None:
    limits = {"max_send_rate": rate, "daily_quota": -1.0, "sent_last_day": 0.0}
    with database.writing() as session:
        account.store_limits(session, limits, now=now)


def counted(database: Database) -> Counter[str]:
    return Counter(states(database))


@pytest.mark.parametrize("last", ["FAILED", "MESSAGE_REJECTED"])
@pytest.mark.parametrize(
    ("first", "state"), [("SUCCESS", "sent"), ("A_STATUS_NOBODY_KNOWS", "unknown")]
)
def test_a_batch_that_ends_in_refusals_pauses_the_month_and_each_entry_keeps_its_own_outcome(
    campaign_db: Database, now: datetime, first: str, state: str, last: str
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=50)
    ses = send(campaign_db, campaign_id, ManualClock(now), lambda _: [first] * 40 + [last] * 10)
    assert counted(campaign_db) == {state: 40, "queued": 10}
    assert campaign_of(campaign_db, campaign_id).state == "paused"
    resume(campaign_db, now)
    again = send(campaign_db, campaign_id, ManualClock(now))
    assert counted(campaign_db) == (
        {"sent": 50} if state == "sent" else {"unknown": 40, "sent": 10}
    )
    assert max(Counter(ses.accepted + again.accepted).values()) == 1


@pytest.mark.parametrize("turn", range(len(ALL)))
@pytest.mark.parametrize("number", [1, 7])
def test_statuses_mixed_in_any_order_reach_each_their_own_row(
    campaign_db: Database, now: datetime, turn: int, number: int
) -> None:
    """`number` of each; what is refused before the last acceptance is refused for good."""
    order = [*ALL[turn:], *ALL[:turn]]
    answer = [status for status in order for _ in range(number)]
    campaign_id = sending_campaign(campaign_db, now, size=len(answer))
    send(campaign_db, campaign_id, ManualClock(now), lambda _: answer)
    accepted = order.index("SUCCESS")
    expected = {
        "SUCCESS": ("sent", None),
        "TRANSIENT_FAILURE": ("queued", "transient_failure"),
        "A_STATUS_NOBODY_KNOWS": ("unknown", "unlisted_answer"),
        **{
            status: ("failed" if order.index(status) < accepted else "queued", status.lower())
            for status in ("MESSAGE_REJECTED", "FAILED")
        },
    }
    assert [expected[status] for status in answer] == [
        (row.state, row.cause) for row in rows(campaign_db)
    ]


@pytest.mark.parametrize("minutes", [10])
def test_a_transient_failure_is_waited_out_and_nobody_fails_for_it(
    campaign_db: Database, now: datetime, minutes: int
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=30)
    clock, ends, requests = ManualClock(now), now + timedelta(minutes=minutes), 0
    while clock.now < ends:
        at_rate(campaign_db, clock.now, 100_000.0)
        ses = send(campaign_db, campaign_id, clock, *["TRANSIENT_FAILURE"] * 9)
        requests += len(ses.requests)
        tick(campaign_db, clock.now)
        assert counted(campaign_db) == {"queued": 30}
        clock.turn(minutes=minutes / 20)
    assert requests <= 20
    at_rate(campaign_db, clock.turn(minutes=33), 100_000.0)
    send(campaign_db, campaign_id, clock)
    assert counted(campaign_db) == {"sent": 30}


def test_what_ses_failed_for_until_the_last_moment_is_failed_and_says_why(
    campaign_db: Database, now: datetime
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=3)
    answer = ["TRANSIENT_FAILURE", "MESSAGE_REJECTED", "SUCCESS"]
    send(campaign_db, campaign_id, ManualClock(now), lambda _: answer[::-1])
    tick(campaign_db, now + timedelta(hours=48))
    assert [(row.state, row.cause) for row in rows(campaign_db)] == [
        ("sent", None),
        ("failed", "message_rejected"),
        ("failed", "transient_failure"),
    ]
    assert campaign_of(campaign_db, campaign_id).state == "sent"


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("SUCCESS", "sent"),
        ("TRANSIENT_FAILURE", "skipped"),
        ("MESSAGE_REJECTED", "skipped"),
        ("ACCOUNT_THROTTLED", "skipped"),
    ],
)
def test_a_cancelled_month_takes_nothing_back(
    campaign_db: Database, now: datetime, answer: str, state: str
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=500)

    def cancelled_meanwhile(request: Any) -> list[str]:
        with campaign_db.writing() as session:
            control.cancel(session, month=MONTH, by=STAFF, now=now)
        tick(campaign_db, now)
        return [answer] * len(request["BulkEmailEntries"])

    send(campaign_db, campaign_id, ManualClock(now), cancelled_meanwhile)
    tick(campaign_db, now)
    found = rows(campaign_db)
    assert [row.state for row in found] == [state] * 50 + ["skipped"] * 450
    assert [row for row in found if row.reply_link or row.stop_link] == []


def test_what_stayed_unknown_in_a_cancelled_month_is_closed_and_an_event_may_still_come(
    campaign_db: Database, now: datetime
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=2)
    send(campaign_db, campaign_id, ManualClock(now), client_error("InternalFailure", 500))
    with campaign_db.writing() as session:
        control.cancel(session, month=MONTH, by=STAFF, now=now)
    tick(campaign_db, now)
    first = rows(campaign_db)[0]
    assert (first.state, first.cause, first.reply_link) == ("failed", "left_unknown", None)
    with campaign_db.writing() as session:
        feedback.take(session, event(first), now=now)
    assert states(campaign_db) == ["sent", "failed"]


@pytest.mark.parametrize(
    "code",
    ["InvalidSignatureException", "ExpiredTokenException", "RequestExpired", "AccessDenied"],
)
def test_one_workers_own_trouble_stops_that_worker_alone_which_is_told(
    campaign_db: Database, now: datetime, code: str
) -> None:
    campaign_id, told = sending_campaign(campaign_db, now, size=300), list[str]()
    ses = ScriptedSes(script=[client_error(code, 403)])
    context = replace(send_context(campaign_db, ses, ManualClock(now)), on_refusal=told.append)
    assert not worker.run(context, campaign_id, seconds=60)
    with campaign_db.reading() as session:
        assert account.paused_because(session, now=now) is None
    assert (len(ses.requests), told, counted(campaign_db)) == (1, [code], {"queued": 300})
    send(campaign_db, campaign_id, ManualClock(now))
    assert counted(campaign_db) == {"sent": 300}


@pytest.mark.parametrize("rate", [1.0, 14.0, 50.0, 100_000.0])
@pytest.mark.parametrize("size", [1, 9, 60])
def test_nobody_fails_for_the_messages_fault_at_any_rate(
    campaign_db: Database, now: datetime, rate: float, size: int
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=size)
    at_rate(campaign_db, now, rate)
    send(campaign_db, campaign_id, ManualClock(now), *["MESSAGE_REJECTED"] * 200)
    tick(campaign_db, now)
    assert (counted(campaign_db), campaign_of(campaign_db, campaign_id).state) == (
        {"queued": size},
        "paused",
    )
    resume(campaign_db, now)
    assert len(send(campaign_db, campaign_id, ManualClock(now)).accepted) == size


def test_refusals_add_up_over_workers_that_know_nothing_of_each_other(
    campaign_db: Database, now: datetime
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=60)
    at_rate(campaign_db, now, 3.0)
    for _ in range(4):
        ses = ScriptedSes(script=["MESSAGE_REJECTED"] * 3)
        with campaign_db.writing() as session:
            claim = deliveries.claim(session, campaign_id=campaign_id, after=0, limit=3, now=now)
        outcomes = [Outcome(mail.delivery_id, Verdict.REFUSED, cause=None) for mail in claim.mails]
        assert ses.accepted == []
        with campaign_db.writing() as session:
            deliveries.record(session, claim.attempt_id, outcomes, now=now)
            lifecycle.pause_if_refused(session, campaign_id, now=now, least=10)
    assert campaign_of(campaign_db, campaign_id).state == "paused"
    assert counted(campaign_db) == {"queued": 60}


def test_the_last_refusals_of_a_month_whose_message_was_accepted_are_the_recipients_own(
    campaign_db: Database, now: datetime
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=12)
    send(campaign_db, campaign_id, ManualClock(now), lambda _: ["SUCCESS"] * 10 + ["FAILED"] * 2)
    tick(campaign_db, now)
    assert counted(campaign_db) == {"sent": 10, "failed": 2}
    assert campaign_of(campaign_db, campaign_id).state == "sent"


def test_a_request_that_is_too_large_is_halved(campaign_db: Database, now: datetime) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=40)
    ses = send(campaign_db, campaign_id, ManualClock(now), client_error("413", 413))
    assert [len(request["BulkEmailEntries"]) for request in ses.requests] == [40, 20, 20]
    assert counted(campaign_db) == {"sent": 40}


def test_a_bare_429_slows_everybody_down_and_pauses_nobody(
    campaign_db: Database, now: datetime
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=40)
    send(campaign_db, campaign_id, ManualClock(now), client_error("429", 429))
    with campaign_db.reading() as session:
        assert session.get_one(Sender, 1).paused_since is None
    assert counted(campaign_db) == {"sent": 40}
