"""The addresses of a month that is long over are gone; its counts and the suppressions stay."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from campaigns import retention
from campaigns.models import Campaign, CampaignState, Delivery, SetAside
from kit.database import Database
from tests.support.sending import campaign_of, sending_campaign

KEEP = timedelta(days=90)


def _finished(database: Database, now: datetime, finished_at: datetime) -> int:
    campaign_id = sending_campaign(database, now, size=3)
    with database.writing() as session:
        session.execute(update(Delivery).values(state="sent", reply_link=None, stop_link=None))
        session.execute(
            update(Campaign).values(
                state=CampaignState.SENT, finished_at=finished_at, handover_cursor="z@example.org"
            )
        )
        session.add(SetAside(received_at=finished_at, body="a@example.org"))
    return campaign_id


def _left(database: Database) -> list[int]:
    with database.reading() as session:
        return [
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Delivery, SetAside)
        ]


def test_addresses_go_when_their_time_is_over(campaign_db: Database, now: datetime) -> None:
    campaign_id = _finished(campaign_db, now, now - KEEP - timedelta(seconds=1))

    with campaign_db.writing() as session:
        assert 3 == retention.purge(session, keep=KEEP, now=now)

    assert [0, 0] == _left(campaign_db)
    assert "" == campaign_of(campaign_db, campaign_id).handover_cursor


def test_addresses_stay_until_then(campaign_db: Database, now: datetime) -> None:
    _finished(campaign_db, now, now - KEEP)

    with campaign_db.writing() as session:
        assert 0 == retention.purge(session, keep=KEEP, now=now)

    assert [3, 1] == _left(campaign_db)


def test_a_month_that_is_still_being_sent_keeps_its_addresses(
    campaign_db: Database, now: datetime
) -> None:
    sending_campaign(campaign_db, now - KEEP * 2, size=3)

    with campaign_db.writing() as session:
        assert 0 == retention.purge(session, keep=KEEP, now=now)

    assert [3, 0] == _left(campaign_db)
