from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from campaigns.models import Campaign, CampaignState, Delivery, DeliveryState
from campaigns.sending import lifecycle
from kit.database import Database
from tests.support.sending import campaign_of, sending_campaign, states

WINDOW = timedelta(hours=48)
SENT = {"state": DeliveryState.SENT, "reply_link": None, "stop_link": None}


def advance(database: Database, now: datetime) -> list[int]:
    with database.writing() as session:
        return lifecycle.advance(session, now=now)


def set_all(database: Database, **values: object) -> None:
    with database.writing() as session:
        session.execute(update(Delivery).values(**values))


def test_a_frozen_campaign_begins_at_its_moment_and_not_before(
    campaign_db: Database, now: datetime
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=2, state=CampaignState.HANDING_OVER)
    assert advance(campaign_db, now - timedelta(seconds=1)) == []
    assert advance(campaign_db, now) == [campaign_id]
    assert campaign_of(campaign_db, campaign_id).state == "sending"


def test_a_campaign_whose_list_is_not_whole_does_not_begin(
    campaign_db: Database, now: datetime
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=2, state=CampaignState.HANDING_OVER)
    with campaign_db.writing() as session:
        session.get_one(Campaign, campaign_id).frozen_at = None
    assert advance(campaign_db, now) == []


@pytest.mark.parametrize("state", lifecycle.UNSENT_STATES)
def test_what_was_not_begun_in_time_is_missed_and_says_so(
    campaign_db: Database, now: datetime, state: CampaignState
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=2, state=state)
    advance(campaign_db, now + WINDOW)
    campaign = campaign_of(campaign_db, campaign_id)
    assert (campaign.state, campaign.state_reason) == ("missed", lifecycle.MISSED_REASONS[state])
    assert states(campaign_db) == ["skipped", "skipped"]


@pytest.mark.parametrize("state", [CampaignState.SENDING, CampaignState.PAUSED])
def test_what_is_still_queued_at_the_last_moment_is_not_sent(
    campaign_db: Database, now: datetime, state: CampaignState
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=2, state=state)
    advance(campaign_db, now + WINDOW)
    assert states(campaign_db) == ["skipped", "skipped"]
    campaign = campaign_of(campaign_db, campaign_id)
    assert (campaign.state, campaign.state_reason) == ("missed", "2 of 2 were not sent in time.")


def test_a_campaign_is_sent_when_every_mail_is_settled(
    campaign_db: Database, now: datetime
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=2)
    assert advance(campaign_db, now) == [campaign_id]
    set_all(campaign_db, **SENT)
    assert advance(campaign_db, now) == []
    assert campaign_of(campaign_db, campaign_id).state == "sent"


def test_an_unknown_mail_keeps_the_campaign_open(campaign_db: Database, now: datetime) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=2)
    set_all(campaign_db, state=DeliveryState.UNKNOWN, attempt_id="a")
    advance(campaign_db, now + WINDOW)
    assert campaign_of(campaign_db, campaign_id).state == "sending"


def test_an_audience_of_nobody_is_sent_at_once(campaign_db: Database, now: datetime) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=0, state=CampaignState.HANDING_OVER)
    advance(campaign_db, now)
    assert campaign_of(campaign_db, campaign_id).state == "sent"


def test_a_second_tick_changes_nothing(campaign_db: Database, now: datetime) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=2)
    set_all(campaign_db, **SENT)
    advance(campaign_db, now)
    finished = campaign_of(campaign_db, campaign_id).finished_at
    advance(campaign_db, now + WINDOW)
    assert campaign_of(campaign_db, campaign_id).finished_at == finished
