"""The platform's only door into the campaign side."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from campaigns import handover as door
from campaigns.handover import PublishedQuestion
from campaigns.models import AuditEntry, Campaign, CampaignState, Question
from kit.database import Database
from kit.errors import Refused
from replies.form.catalogue import CATALOGUE
from tenants.handover import mailing_list
from tests.support import waiting
from tests.tenants.handover.crossing import addresses, hand_over
from tests.tenants.roster.rosters import (
    LEAD,
    MONTH,
    NOW,
    SEND_AT,
    approved_campaign,
    line,
    load_lines,
)


def test_a_frozen_audience_takes_nobody_in(platform_db: Database, campaign_db: Database) -> None:
    load_lines(platform_db, line("t1", "a@example.org"))
    approved_campaign(campaign_db)
    hand_over(platform_db, campaign_db)
    row = ("b@example.org", "reply", "stop")
    with pytest.raises(Refused), campaign_db.writing() as session:
        door.push_rows(session, MONTH, [row], previous_cursor="", cursor=row[0])
    with pytest.raises(Refused), campaign_db.writing() as session:
        door.begin_list(session, MONTH)
    assert addresses(campaign_db) == ["a@example.org"]
    with campaign_db.reading() as session:
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.who, entry.action, entry.detail) == (
            "platform",
            "handed over",
            {"audience": 1},
        )


@pytest.mark.parametrize(
    ("moved_by", "is_wanted"),
    [
        (timedelta(0), True),
        (timedelta(minutes=20), True),
        (timedelta(minutes=21), False),
        (timedelta(hours=-48, minutes=-10), True),
        (timedelta(hours=-48, minutes=-11), False),
    ],
)
def test_a_month_is_wanted_from_its_lead_to_its_last_moment(
    campaign_db: Database, moved_by: timedelta, *, is_wanted: bool
) -> None:
    approved_campaign(campaign_db, send_at=SEND_AT + moved_by)
    with campaign_db.reading() as session:
        found = door.wanted(session, now=NOW, lead=LEAD)
    assert bool(found) == is_wanted


@pytest.mark.parametrize("state", sorted(set(CampaignState) - {"approved", "handing_over"}))
def test_only_an_approved_month_is_wanted(campaign_db: Database, state: CampaignState) -> None:
    approved_campaign(campaign_db)
    with campaign_db.writing() as session:
        session.execute(update(Campaign).values(state=state, audience=0))
    with campaign_db.reading() as session:
        assert door.wanted(session, now=NOW, lead=LEAD) == []


def test_of_two_ticks_at_once_one_publishes_the_catalogue_and_the_other_waits(
    campaign_db: Database,
) -> None:
    asked = [PublishedQuestion("work", 1, "Work", {})]
    with ThreadPoolExecutor(max_workers=1) as second:
        with campaign_db.writing() as session:
            assert door.publish_questions(session, asked)
            is_late = second.submit(_publish, campaign_db, asked)
            waiting.until_somebody_waits(campaign_db)
        assert not is_late.result()


def _publish(campaign_db: Database, asked: list[PublishedQuestion]) -> bool:
    with campaign_db.writing() as session:
        return door.publish_questions(session, asked)


def test_the_catalogue_is_published_once_and_again_when_it_changes(campaign_db: Database) -> None:
    assert mailing_list.publish_questions(campaign_db)
    assert not mailing_list.publish_questions(campaign_db)
    with campaign_db.writing() as session:
        session.execute(update(Question).values(title="Old words"))
    assert mailing_list.publish_questions(campaign_db)
    with campaign_db.reading() as session:
        questions = session.scalars(select(Question).order_by(Question.position))
        assert [question.title for question in questions] == [q.title for q in CATALOGUE]
