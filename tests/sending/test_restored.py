"""A campaign database put back from a backup while its month is being sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from sqlalchemy import delete, insert, select, update

from campaigns import audit, staff
from campaigns.models import Campaign, CampaignState, Delivery, Role, Sender
from campaigns.sending import control, feedback, restored, settlement, slices
from campaigns.sending.anchor import Anchor, Mark
from campaigns.ses import account
from kit.database import Database
from tests.sending.events import event
from tests.sending.world import (
    MONTH,
    KeptAnchor,
    ScriptedSes,
    address,
    campaign_of,
    desk,
    rows,
    sending_campaign,
    states,
)
from tests.watching.queue import FakeQueue

SIZE = 120
FIRST_CLAIM = 50
STAFF = "approver@example.org"
UNREACHABLE = EndpointConnectionError(endpoint_url="https://email.example")


@dataclass(frozen=True)
class Backup:
    """Every row of the account, the campaigns and their mails, to be put back."""

    senders: list[dict[str, Any]]
    campaigns: list[dict[str, Any]]
    deliveries: list[dict[str, Any]]

    @classmethod
    def of(cls, database: Database) -> "Backup":
        with database.reading() as session:
            found = [
                [dict(row) for row in session.execute(select(model.__table__)).mappings()]
                for model in (Sender, Campaign, Delivery)
            ]
        return cls(*found)

    def restore(self, database: Database) -> None:
        with database.writing() as session:
            session.execute(delete(Delivery))
            for campaign in self.campaigns:
                session.execute(
                    update(Campaign).where(Campaign.id == campaign["id"]).values(**campaign)
                )
            for sender in self.senders:
                session.execute(update(Sender).values(**sender))
            session.execute(insert(Delivery), self.deliveries)


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
def anchor() -> KeptAnchor:
    return KeptAnchor()


def send(
    database: Database, campaign_id: int, now: datetime, anchor: Anchor, *script: Any
) -> list[str]:
    ses = ScriptedSes(list(script))
    slices.send_for(desk(database, ses, lambda: now, anchor=anchor), campaign_id, seconds=10)
    return ses.accepted


def test_what_was_sent_since_the_backup_is_held_and_nobody_gets_it_again(
    campaign_db: Database, campaign_id: int, now: datetime, anchor: KeptAnchor
) -> None:
    backup = Backup.of(campaign_db)
    assert len(send(campaign_db, campaign_id, now, anchor)) == SIZE
    backup.restore(campaign_db)
    assert send(campaign_db, campaign_id, now, anchor) == []
    assert {(row.state, row.cause) for row in rows(campaign_db)} == {("unknown", "restored")}


def test_the_month_goes_on_with_those_who_were_never_claimed(
    campaign_db: Database, campaign_id: int, now: datetime, anchor: KeptAnchor
) -> None:
    backup = Backup.of(campaign_db)
    send(campaign_db, campaign_id, now, anchor, UNREACHABLE)
    backup.restore(campaign_db)
    expected = [address(number) for number in range(FIRST_CLAIM + 1, SIZE + 1)]
    assert send(campaign_db, campaign_id, now, anchor) == expected
    assert states(campaign_db).count("unknown") == FIRST_CLAIM


def test_a_mail_given_back_before_the_backup_and_sent_after_it_is_held_too(
    campaign_db: Database, campaign_id: int, now: datetime, anchor: KeptAnchor
) -> None:
    """Claimed again, it lies below the highest id that was ever claimed."""
    given_back = 5
    script = ["SUCCESS"] * (SIZE // given_back - 1) + [UNREACHABLE]
    send(campaign_db, campaign_id, now, anchor, *script)
    assert states(campaign_db).count("queued") == given_back
    backup = Backup.of(campaign_db)
    assert len(send(campaign_db, campaign_id, now, anchor)) == given_back
    backup.restore(campaign_db)
    assert send(campaign_db, campaign_id, now, anchor) == []
    assert states(campaign_db).count("unknown") == given_back


def test_a_mail_whose_event_was_forgotten_is_held_and_its_silence_proves_nothing(
    campaign_db: Database, campaign_id: int, now: datetime, anchor: KeptAnchor
) -> None:
    """Claimed before the backup, posted and heard of after it: no claim is missing."""
    lost = ReadTimeoutError(endpoint_url="https://email.example")
    send(campaign_db, campaign_id, now, anchor, lost)
    unsure = [row for row in rows(campaign_db) if row.state == "unknown"]
    about_to_go_again = update(Delivery).where(Delivery.id == unsure[0].id)
    with campaign_db.writing() as session:
        session.execute(about_to_go_again.values(state="queued", resent=True))
    backup = Backup.of(campaign_db)
    FakeQueue([event(row, "Send") for row in unsure]).drain(campaign_db, lambda: now, anchor)
    assert set(states(campaign_db)) == {"sent"}
    backup.restore(campaign_db)
    restored.watch(campaign_db, anchor, clock=lambda: now)
    restored.watch(campaign_db, anchor, clock=lambda: now)
    held = [row for row in rows(campaign_db) if row.cause == "restored"]
    assert [(row.id, row.attempt_id) for row in held] == [(r.id, r.attempt_id) for r in unsure]
    with campaign_db.reading() as session:
        assert len(audit.entries(session, month=MONTH)) == 1


def test_events_taken_since_do_not_hide_that_others_were_forgotten(
    campaign_db: Database, campaign_id: int, now: datetime, anchor: KeptAnchor
) -> None:
    send(campaign_db, campaign_id, now, anchor, ReadTimeoutError(endpoint_url="https://x.example"))
    backup = Backup.of(campaign_db)
    unsure, sure = rows(campaign_db)[0], rows(campaign_db)[-1]
    FakeQueue([event(unsure, "Send")]).drain(campaign_db, lambda: now, anchor)
    backup.restore(campaign_db)
    FakeQueue([event(sure, "Send")] * 25).drain(campaign_db, lambda: now, anchor)
    assert (rows(campaign_db)[0].state, rows(campaign_db)[0].cause) == ("unknown", "restored")


def test_events_are_not_forgotten_by_taking_them_again(
    campaign_db: Database, campaign_id: int, now: datetime, anchor: KeptAnchor
) -> None:
    send(campaign_db, campaign_id, now, anchor)
    first = rows(campaign_db)[0]
    FakeQueue([event(first, "Send")] * 25).drain(campaign_db, lambda: now, anchor)
    restored.watch(campaign_db, anchor, clock=lambda: now)
    assert (anchor.events(), set(states(campaign_db))) == (3, {"sent"})


def test_staff_see_why_it_stands(
    campaign_db: Database, campaign_id: int, now: datetime, anchor: KeptAnchor
) -> None:
    backup = Backup.of(campaign_db)
    send(campaign_db, campaign_id, now, anchor)
    backup.restore(campaign_db)
    restored.watch(campaign_db, anchor, clock=lambda: now)
    restored.watch(campaign_db, anchor, clock=lambda: now)
    assert campaign_of(campaign_db, campaign_id).state_reason == restored.REASON
    with campaign_db.reading() as session:
        found = [entry.detail for entry in audit.entries(session, month=MONTH)]
    assert found == [{"held": SIZE}]


def test_a_paused_month_is_held_before_somebody_resumes_it(
    campaign_db: Database, campaign_id: int, now: datetime, anchor: KeptAnchor
) -> None:
    backup = Backup.of(campaign_db)
    send(campaign_db, campaign_id, now, anchor)
    backup.restore(campaign_db)
    with campaign_db.writing() as session:
        session.execute(update(Campaign).values(state=CampaignState.PAUSED))
    restored.watch(campaign_db, anchor, clock=lambda: now)
    assert set(states(campaign_db)) == {"unknown"}


def test_a_claim_that_the_backup_knew_is_held_too(
    campaign_db: Database, campaign_id: int, now: datetime, anchor: KeptAnchor
) -> None:
    with campaign_db.writing() as session:
        session.execute(
            update(Delivery)
            .where(Delivery.address == address(1))
            .values(state="sending", attempt_id="of-the-backup", claimed_at=now, since=now)
        )
    backup = Backup.of(campaign_db)
    send(campaign_db, campaign_id, now, anchor)
    backup.restore(campaign_db)
    restored.watch(campaign_db, anchor, clock=lambda: now)
    first = rows(campaign_db)[0]
    assert (first.state, first.cause, first.attempt_id) == ("unknown", "restored", "of-the-backup")


def test_an_event_settles_what_is_held_whatever_attempt_it_names(
    campaign_db: Database, campaign_id: int, now: datetime, anchor: KeptAnchor
) -> None:
    backup = Backup.of(campaign_db)
    send(campaign_db, campaign_id, now, anchor)
    backup.restore(campaign_db)
    restored.watch(campaign_db, anchor, clock=lambda: now)
    first = rows(campaign_db)[0]
    with campaign_db.writing() as session:
        feedback.take(session, event(first, "Send", attempt_id="forgotten"), now=now)
        feedback.take(session, event(first, "Delivery", attempt_id="forgotten"), now=now)
    first = rows(campaign_db)[0]
    assert (first.state, first.feedback, first.attempt_id) == ("sent", "delivery", "forgotten")


def test_a_healthy_feed_is_no_reason_to_send_it_once_more(
    campaign_db: Database, campaign_id: int, now: datetime, anchor: KeptAnchor
) -> None:
    backup = Backup.of(campaign_db)
    send(campaign_db, campaign_id, now, anchor, UNREACHABLE)
    backup.restore(campaign_db)
    send(campaign_db, campaign_id, now, anchor)
    with campaign_db.writing() as session:
        session.execute(update(Delivery).values(claimed_at=now))
        session.execute(update(Delivery).where(Delivery.state == "sent").values(feedback="send"))
        account.note_events_read(session, now=now + timedelta(hours=9))
        settled = settlement.settle(session, grace=timedelta(hours=1), now=now + timedelta(hours=9))
    assert settled == 0


def test_staff_may_decide_to_send_it_and_then_it_is_not_held_again(
    campaign_db: Database, campaign_id: int, now: datetime, anchor: KeptAnchor
) -> None:
    backup = Backup.of(campaign_db)
    send(campaign_db, campaign_id, now, anchor)
    backup.restore(campaign_db)
    restored.watch(campaign_db, anchor, clock=lambda: now)
    with campaign_db.writing() as session:
        control.resolve(session, month=MONTH, unknown="send", by=STAFF, now=now)
    assert len(send(campaign_db, campaign_id, now, anchor)) == SIZE


def test_a_list_that_was_handed_over_anew_is_held_whole(
    campaign_db: Database, campaign_id: int, now: datetime, anchor: KeptAnchor
) -> None:
    send(campaign_db, campaign_id, now, anchor, UNREACHABLE)
    anew = Backup.of(campaign_db)
    for campaign in anew.campaigns:
        campaign |= {"frozen_at": now + timedelta(hours=1), "claims": 0, "claimed_up_to": 0}
    anew.restore(campaign_db)
    assert send(campaign_db, campaign_id, now, anchor) == []
    assert states(campaign_db) == ["unknown"] * SIZE


def test_a_lost_anchor_stops_nothing_and_is_made_again(
    campaign_db: Database, campaign_id: int, now: datetime, anchor: KeptAnchor
) -> None:
    send(campaign_db, campaign_id, now, anchor, UNREACHABLE)
    anchor.months.clear()
    assert len(send(campaign_db, campaign_id, now, anchor)) == SIZE
    [mark] = anchor.read(MONTH).values()
    assert mark == Mark(claims=4, up_to=rows(campaign_db)[-1].id)


def test_nothing_is_posted_that_the_anchor_does_not_know(
    campaign_db: Database, campaign_id: int, now: datetime
) -> None:
    class DeadAnchor(KeptAnchor):
        def raise_to(self, month: str, listed: str, mark: Mark) -> None:
            raise ConnectionError

    ses = ScriptedSes()
    with pytest.raises(ConnectionError):
        slices.send_for(
            desk(campaign_db, ses, lambda: now, anchor=DeadAnchor()), campaign_id, seconds=1
        )
    assert (ses.requests, set(states(campaign_db))) == ([], {"queued"})
