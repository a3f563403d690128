from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from campaigns.models import Delivery, DeliveryState, Series
from campaigns.sending import deliveries, settlement, transitions
from campaigns.ses import account
from kit.database import Database
from tests.support.sending import rows, sending_campaign

GRACE = timedelta(hours=1)
SENT_MIN = settlement.EVIDENCE_MIN


def a_month_with_one_unknown(
    database: Database, now: datetime, *, sent: int = 40, seen: int | None = None
) -> int:
    """`sent` mails accepted, events seen for `seen` of them, and the last mail unknown."""
    campaign_id = sending_campaign(database, now, size=sent + 1)
    seen = sent if seen is None else seen
    with database.writing() as session:
        claim = deliveries.claim(session, campaign_id=campaign_id, after=0, limit=999, now=now)
        ids = [mail.delivery_id for mail in claim.mails]
        for number, delivery_id in enumerate(ids[:sent]):
            session.execute(
                update(Delivery)
                .where(Delivery.id == delivery_id)
                .values(
                    state=DeliveryState.SENT,
                    message_id=f"ses-{number}",
                    feedback="send" if number < seen else None,
                    **transitions.NO_LINKS,
                )
            )
        deliveries.expire_leases(session, before=now + timedelta(seconds=1), now=now)
    return campaign_id


def settle(database: Database, now: datetime) -> int:
    """Settle by a queue that was read to its end just now."""
    with database.writing() as session:
        account.note_events_read(session, now=now)
        return settlement.settle(session, grace=GRACE, now=now)


def last(database: Database) -> Delivery:
    return rows(database)[-1]


def test_an_unknown_mail_is_sent_once_more_when_the_feed_is_healthy(
    campaign_db: Database, now: datetime
) -> None:
    a_month_with_one_unknown(campaign_db, now)
    attempt = last(campaign_db).attempt_id
    assert settle(campaign_db, now + GRACE + timedelta(seconds=1)) == 1
    row = last(campaign_db)
    assert (row.state, row.resent, row.cause) == ("queued", True, "resent")
    assert row.attempt_id == attempt


def test_it_waits_for_the_grace_to_pass(campaign_db: Database, now: datetime) -> None:
    a_month_with_one_unknown(campaign_db, now)
    assert settle(campaign_db, now + GRACE) == 0
    assert last(campaign_db).state == "unknown"


def test_it_waits_until_the_queue_was_read_to_its_end_after_the_grace(
    campaign_db: Database, now: datetime
) -> None:
    """After an outage longer than the grace the evidence still lies in the queue."""
    a_month_with_one_unknown(campaign_db, now)
    with campaign_db.writing() as session:
        account.note_events_read(session, now=now + GRACE)
        assert settlement.settle(session, grace=GRACE, now=now + 9 * GRACE) == 0
    assert last(campaign_db).state == "unknown"


def test_it_is_held_where_the_queue_was_never_read(campaign_db: Database, now: datetime) -> None:
    a_month_with_one_unknown(campaign_db, now)
    with campaign_db.writing() as session:
        assert settlement.settle(session, grace=GRACE, now=now + 9 * GRACE) == 0


@pytest.mark.parametrize(("sent", "seen"), [(40, 39), (40, 0), (SENT_MIN - 1, SENT_MIN - 1)])
def test_it_is_held_while_the_feed_has_not_shown_that_it_works(
    campaign_db: Database, now: datetime, sent: int, seen: int
) -> None:
    a_month_with_one_unknown(campaign_db, now, sent=sent, seen=seen)
    assert settle(campaign_db, now + 3 * GRACE) == 0
    assert last(campaign_db).state == "unknown"


def test_it_is_held_when_the_feed_was_silent_around_the_attempt(
    campaign_db: Database, now: datetime
) -> None:
    a_month_with_one_unknown(campaign_db, now)
    with campaign_db.writing() as session:
        session.execute(
            update(Delivery)
            .where(Delivery.state == DeliveryState.SENT)
            .values(claimed_at=now - timedelta(hours=2))
        )
    assert settle(campaign_db, now + 2 * GRACE) == 0


def test_it_is_never_sent_a_third_time(campaign_db: Database, now: datetime) -> None:
    campaign_id = a_month_with_one_unknown(campaign_db, now)
    later = now + 2 * GRACE
    settle(campaign_db, later)
    with campaign_db.writing() as session:
        deliveries.claim(session, campaign_id=campaign_id, after=0, limit=9, now=now)
        deliveries.expire_leases(session, before=later, now=later)
    assert last(campaign_db).state == "unknown"
    assert settle(campaign_db, later + 2 * GRACE) == 0


def test_a_series_may_hold_everything_for_staff(campaign_db: Database, now: datetime) -> None:
    a_month_with_one_unknown(campaign_db, now)
    with campaign_db.writing() as session:
        session.get_one(Series, "monthly").unknown_policy = "hold"
    assert settle(campaign_db, now + 2 * GRACE) == 0


def test_nothing_is_sent_once_more_after_the_last_moment(
    campaign_db: Database, now: datetime
) -> None:
    a_month_with_one_unknown(campaign_db, now)
    assert settle(campaign_db, now + timedelta(hours=48)) == 0
