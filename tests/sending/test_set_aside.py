"""Messages that could not be read are shown, and taken again when somebody asks."""

import json
from datetime import datetime

import pytest
from sqlalchemy import select

from campaigns.models import Delivery, SetAside
from campaigns.sending import feedback, set_aside
from kit.database import Database
from kit.errors import NotFound
from tests.support.sending import rows
from tests.support.ses_events import event


def put_aside(database: Database, now: datetime, *bodies: str) -> None:
    with database.writing() as session:
        session.add_all(SetAside(received_at=now, body=body) for body in bodies)


def held(database: Database) -> list[tuple[str, bool]]:
    with database.reading() as session:
        return [(row.body, row.is_asked_again) for row in set_aside.listed(session)]


def test_what_is_asked_for_is_taken_and_what_still_cannot_be_read_stays(
    campaign_db: Database, now: datetime, claimed: Delivery
) -> None:
    put_aside(campaign_db, now, "hello", event(claimed))
    assert set_aside.take_again(campaign_db, clock=lambda: now) == 0
    with campaign_db.writing() as session:
        assert (set_aside.count(session), set_aside.ask_again(session)) == (2, 2)
    assert set_aside.take_again(campaign_db, clock=lambda: now) == 2
    assert held(campaign_db) == [("hello", False)]
    assert rows(campaign_db)[0].state == "sent"
    assert set_aside.take_again(campaign_db, clock=lambda: now) == 0


def test_a_message_is_found_by_its_number(campaign_db: Database, now: datetime) -> None:
    put_aside(campaign_db, now, "hello")
    with campaign_db.reading() as session:
        number = session.scalars(select(SetAside.id)).one()
        assert set_aside.find(session, number).body == "hello"
        with pytest.raises(NotFound, match="no message 99"):
            set_aside.find(session, 99)


@pytest.mark.parametrize(
    "said",
    [
        "Successfully validated SNS topic for Amazon SES event publishing.",
        json.dumps({"notificationType": "AmazonSnsSubscriptionSucceeded", "message": "hello"}),
    ],
)
def test_what_ses_writes_to_a_topic_that_is_set_up_is_passed_over(
    campaign_db: Database, now: datetime, said: str
) -> None:
    body = json.dumps({"Type": "Notification", "MessageId": "1", "Message": said})
    with campaign_db.writing() as session:
        assert feedback.take(session, body, now=now) is None
    assert held(campaign_db) == []
