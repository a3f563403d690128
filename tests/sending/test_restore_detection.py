"""A campaign database put back from a backup while its month is being sent."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from sqlalchemy import insert, update

from campaigns import audit, staff
from campaigns.models import Campaign, CampaignState, Delivery, Role
from campaigns.sending import control, feedback, lifecycle, restore_detection, settlement, worker
from campaigns.sending.high_water_mark import HighWaterMark
from campaigns.ses import account
from kit.database import Database
from tests.sending.backups import Backup
from tests.support.sending import (
    MONTH,
    KeptMark,
    ScriptedSes,
    address,
    campaign_of,
    rows,
    send_context,
    sending_campaign,
    states,
)
from tests.support.ses_events import event
from tests.watching.queue import FakeQueue

SIZE = 120
STAFF = "approver@example.org"
UNREACHABLE = EndpointConnectionError(endpoint_url="https://email.example")
LOST = ReadTimeoutError(endpoint_url="https://email.example")


@pytest.fixture
def campaign_id(campaign_db: Database, now: datetime) -> int:
    """A month of which one claim takes fifty."""
    made = sending_campaign(campaign_db, now, size=SIZE)
    limits = {"max_send_rate": 50.0, "daily_quota": -1.0, "sent_last_day": 0.0}
    with campaign_db.writing() as session:
        account.store_limits(session, limits, now=now)
        staff.add(session, email=STAFF, roles=[Role.APPROVER], by="test", now=now)
    return made


@pytest.fixture
def mark() -> KeptMark:
    return KeptMark()


def send(
    database: Database, campaign_id: int, now: datetime, mark: HighWaterMark, *script: Any
) -> list[str]:
    ses = ScriptedSes(list(script))
    worker.run(send_context(database, ses, lambda: now, mark=mark), campaign_id, seconds=10)
    return ses.accepted


def held(database: Database) -> int:
    return sum((row.state, row.cause) == ("unknown", "restored") for row in rows(database))


def audited(database: Database) -> list[dict[str, Any]]:
    with database.reading() as session:
        return [entry.detail for entry in audit.entries(session, month=MONTH)]


def test_what_was_sent_since_the_backup_is_held_and_nobody_gets_it_again(
    campaign_db: Database, campaign_id: int, now: datetime, mark: KeptMark
) -> None:
    backup = Backup.of(campaign_db)
    assert len(send(campaign_db, campaign_id, now, mark)) == SIZE
    backup.restore(campaign_db)
    assert send(campaign_db, campaign_id, now, mark) == []
    assert held(campaign_db) == SIZE


def test_whoever_was_never_claimed_is_held_too_for_one_number_cannot_tell(
    campaign_db: Database, campaign_id: int, now: datetime, mark: KeptMark
) -> None:
    backup = Backup.of(campaign_db)
    send(campaign_db, campaign_id, now, mark, UNREACHABLE)
    backup.restore(campaign_db)
    assert send(campaign_db, campaign_id, now, mark) == []
    assert held(campaign_db) == SIZE


def test_what_the_backup_knows_to_be_sent_stays_so(
    campaign_db: Database, campaign_id: int, now: datetime, mark: KeptMark
) -> None:
    """Given back before the backup, and sent after it: below the highest id ever claimed."""
    given_back = 5
    script = ["SUCCESS"] * (SIZE // given_back - 1) + [UNREACHABLE]
    send(campaign_db, campaign_id, now, mark, *script)
    backup = Backup.of(campaign_db)
    assert len(send(campaign_db, campaign_id, now, mark)) == given_back
    backup.restore(campaign_db)
    assert send(campaign_db, campaign_id, now, mark) == []
    assert (held(campaign_db), states(campaign_db).count("sent")) == (given_back, SIZE - given_back)


def test_a_mail_whose_event_was_forgotten_is_held_and_its_silence_proves_nothing(
    campaign_db: Database, campaign_id: int, now: datetime, mark: KeptMark
) -> None:
    """Claimed before the backup, posted and heard of after it: no claim is missing."""
    send(campaign_db, campaign_id, now, mark, LOST)
    unsure = [row for row in rows(campaign_db) if row.state == "unknown"]
    backup = Backup.of(campaign_db)
    FakeQueue([event(row, "Send") for row in unsure]).drain(campaign_db, lambda: now, mark)
    assert set(states(campaign_db)) == {"sent"}
    backup.restore(campaign_db)
    restore_detection.watch(campaign_db, mark, clock=lambda: now)
    found = [row for row in rows(campaign_db) if row.cause == "restored"]
    assert [(row.id, row.attempt_id) for row in found] == [(r.id, r.attempt_id) for r in unsure]


def test_a_poll_sees_a_restore_before_it_takes_anything(
    campaign_db: Database, campaign_id: int, now: datetime, mark: KeptMark
) -> None:
    send(campaign_db, campaign_id, now, mark, LOST)
    backup = Backup.of(campaign_db)
    unsure, sure = rows(campaign_db)[0], rows(campaign_db)[-1]
    FakeQueue([event(unsure, "Send")]).drain(campaign_db, lambda: now, mark)
    backup.restore(campaign_db)
    FakeQueue([event(sure, "Send")] * 25).drain(campaign_db, lambda: now, mark)
    assert (rows(campaign_db)[0].state, rows(campaign_db)[0].cause) == ("unknown", "restored")


def test_events_are_not_forgotten_by_taking_them_again(
    campaign_db: Database, campaign_id: int, now: datetime, mark: KeptMark
) -> None:
    send(campaign_db, campaign_id, now, mark)
    claims = mark.read()
    FakeQueue([event(rows(campaign_db)[0], "Send")] * 25).drain(campaign_db, lambda: now, mark)
    restore_detection.watch(campaign_db, mark, clock=lambda: now)
    assert (mark.read(), set(states(campaign_db))) == (claims + 3, {"sent"})


def test_staff_see_once_why_it_stands(
    campaign_db: Database, campaign_id: int, now: datetime, mark: KeptMark
) -> None:
    backup = Backup.of(campaign_db)
    send(campaign_db, campaign_id, now, mark)
    backup.restore(campaign_db)
    for _ in range(2):
        restore_detection.watch(campaign_db, mark, clock=lambda: now)
    assert campaign_of(campaign_db, campaign_id).state_reason == restore_detection.REASON
    assert audited(campaign_db) == [{"held": SIZE}]


@pytest.mark.parametrize(
    "state", [CampaignState.PAUSED, CampaignState.HANDING_OVER, CampaignState.APPROVED]
)
def test_a_month_that_has_not_begun_or_is_paused_is_held_before_anything_goes(
    campaign_db: Database, campaign_id: int, now: datetime, mark: KeptMark, state: CampaignState
) -> None:
    with campaign_db.writing() as session:
        session.execute(update(Campaign).values(state=state))
    backup = Backup.of(campaign_db)
    mark.raise_to(1)
    backup.restore(campaign_db)
    restore_detection.watch(campaign_db, mark, clock=lambda: now)
    assert held(campaign_db) == SIZE


@pytest.mark.parametrize(("late", "expected"), [(0, SIZE), (-1, 0)])
def test_a_list_handed_over_anew_is_held_whole_if_its_month_was_due_before_the_restore(
    campaign_db: Database,
    campaign_id: int,
    now: datetime,
    mark: KeptMark,
    late: int,
    expected: int,
) -> None:
    """The backup is of before the hand-over, so that nothing of the month is open in it."""
    listed = Backup.of(campaign_db)
    for campaign in listed.campaigns:
        campaign["state"] = CampaignState.HANDING_OVER
    Backup(listed.senders, listed.campaigns, []).restore(campaign_db)
    mark.raise_to(1)
    seen = now + timedelta(seconds=late)
    restore_detection.watch(campaign_db, mark, clock=lambda: seen)
    with campaign_db.writing() as session:
        session.execute(insert(Delivery), listed.deliveries)
    with campaign_db.writing() as session:
        lifecycle.advance(session, now=now)
    assert (held(campaign_db), campaign_of(campaign_db, campaign_id).state) == (expected, "sending")


def test_a_claim_that_the_backup_knew_is_held_under_its_own_attempt(
    campaign_db: Database, campaign_id: int, now: datetime, mark: KeptMark
) -> None:
    with campaign_db.writing() as session:
        session.execute(
            update(Delivery)
            .where(Delivery.address == address(1))
            .values(state="sending", attempt_id="of-the-backup", claimed_at=now, since=now)
        )
    backup = Backup.of(campaign_db)
    send(campaign_db, campaign_id, now, mark)
    backup.restore(campaign_db)
    restore_detection.watch(campaign_db, mark, clock=lambda: now)
    first = rows(campaign_db)[0]
    assert (first.state, first.cause, first.attempt_id) == ("unknown", "restored", "of-the-backup")


def test_an_event_settles_what_is_held_whatever_attempt_it_names(
    campaign_db: Database, campaign_id: int, now: datetime, mark: KeptMark
) -> None:
    backup = Backup.of(campaign_db)
    send(campaign_db, campaign_id, now, mark)
    backup.restore(campaign_db)
    restore_detection.watch(campaign_db, mark, clock=lambda: now)
    first = rows(campaign_db)[0]
    with campaign_db.writing() as session:
        feedback.take(session, event(first, "Send", attempt_id="forgotten"), now=now)
        feedback.take(session, event(first, "Delivery", attempt_id="forgotten"), now=now)
    first = rows(campaign_db)[0]
    assert (first.state, first.feedback, first.attempt_id) == ("sent", "delivery", "forgotten")


def test_a_healthy_feed_is_no_reason_to_send_it_once_more(
    campaign_db: Database, campaign_id: int, now: datetime, mark: KeptMark
) -> None:
    send(campaign_db, campaign_id, now, mark, *["SUCCESS"] * 15, UNREACHABLE)
    backup = Backup.of(campaign_db)
    send(campaign_db, campaign_id, now, mark)
    backup.restore(campaign_db)
    restore_detection.watch(campaign_db, mark, clock=lambda: now)
    with campaign_db.writing() as session:
        session.execute(update(Delivery).values(claimed_at=now))
        session.execute(update(Delivery).where(Delivery.state == "sent").values(feedback="send"))
        account.note_events_read(session, now=now + timedelta(hours=9))
        settled = settlement.settle(session, grace=timedelta(hours=1), now=now + timedelta(hours=9))
    assert (settled, held(campaign_db) > 0) == (0, True)


def test_staff_may_decide_to_send_it_and_then_it_is_not_held_again(
    campaign_db: Database, campaign_id: int, now: datetime, mark: KeptMark
) -> None:
    backup = Backup.of(campaign_db)
    send(campaign_db, campaign_id, now, mark)
    backup.restore(campaign_db)
    restore_detection.watch(campaign_db, mark, clock=lambda: now)
    with campaign_db.writing() as session:
        control.resolve(session, month=MONTH, unknown="send", by=STAFF, now=now)
    assert len(send(campaign_db, campaign_id, now, mark)) == SIZE


def test_a_lost_mark_stops_nothing_and_is_made_again(
    campaign_db: Database, campaign_id: int, now: datetime, mark: KeptMark
) -> None:
    send(campaign_db, campaign_id, now, mark, UNREACHABLE)
    mark.number = 0
    assert len(send(campaign_db, campaign_id, now, mark)) == SIZE
    assert mark.read() == 4


def test_nothing_is_posted_that_the_mark_does_not_know(
    campaign_db: Database, campaign_id: int, now: datetime
) -> None:
    class DeadMark(KeptMark):
        def raise_to(self, number: int) -> None:
            raise ConnectionError

    ses = ScriptedSes()
    with pytest.raises(ConnectionError):
        worker.run(
            send_context(campaign_db, ses, lambda: now, mark=DeadMark()), campaign_id, seconds=1
        )
    assert (ses.requests, set(states(campaign_db))) == ([], {"queued"})
