"""Do-not-mail marks on their way to the campaign side."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from campaigns import handover as door
from campaigns.models import Suppression, SuppressionKind
from kit.database import Database
from tenants.handover import bounces, suppression_outbox
from tenants.handover import suppression_outbox as marking
from tenants.handover.mailing_list import REPLY_DAYS
from tenants.rights import rights
from tests.tenants.handover.crossing import hand_over
from tests.tenants.roster.rosters import LINKS, NOW, approved_campaign, line, load_lines, marks

ADDRESS = "a@example.org"


@pytest.fixture
def roster(platform_db: Database, campaign_db: Database) -> Database:
    """Two tenants on the list of a month that is open."""
    load_lines(platform_db, line("t1", ADDRESS), line("t2", "b@example.org"))
    approved_campaign(campaign_db)
    hand_over(platform_db, campaign_db)
    return platform_db


def suppressed(campaign: Database) -> list[tuple[str, str]]:
    query = select(Suppression.address, Suppression.kind)
    with campaign.reading() as session:
        return sorted((address, kind) for address, kind in session.execute(query))


def stop(roster: Database, ref: str = "t1") -> None:
    with roster.writing() as session:
        rights.stop(session, rights.find(session, ref), now=NOW)


def resume(roster: Database, ref: str = "t1") -> None:
    with roster.writing() as session:
        rights.resume(session, rights.find(session, ref), now=NOW)


def test_a_mark_arrives_without_a_reason_and_is_forgotten_here(
    roster: Database, campaign_db: Database
) -> None:
    stop(roster)
    assert suppression_outbox.push(roster, campaign_db, links=LINKS, now=NOW) == 1
    assert suppressed(campaign_db) == [(ADDRESS, "do_not_mail")]
    assert marks(roster) == []
    assert suppression_outbox.push(roster, campaign_db, links=LINKS, now=NOW) == 0


def test_a_mark_carried_twice_changes_nothing(roster: Database, campaign_db: Database) -> None:
    for _ in range(2):
        stop(roster)
        suppression_outbox.push(roster, campaign_db, links=LINKS, now=NOW)
    assert suppressed(campaign_db) == [(ADDRESS, "do_not_mail")]


def test_a_mark_survives_a_campaign_side_that_is_down(
    roster: Database, campaign_db: Database, tmp_path: Path
) -> None:
    stop(roster)
    with pytest.raises(OperationalError):
        suppression_outbox.push(
            roster, Database(f"sqlite:///{tmp_path}/no-tables.db"), links=LINKS, now=NOW
        )
    assert marks(roster) == [(ADDRESS, True)]
    suppression_outbox.push(roster, campaign_db, links=LINKS, now=NOW)
    assert suppressed(campaign_db) == [(ADDRESS, "do_not_mail")]


def test_the_last_word_counts(roster: Database, campaign_db: Database) -> None:
    stop(roster)
    resume(roster)
    suppression_outbox.push(roster, campaign_db, links=LINKS, now=NOW)
    assert suppressed(campaign_db) == []
    stop(roster)
    suppression_outbox.push(roster, campaign_db, links=LINKS, now=NOW)
    resume(roster)
    suppression_outbox.push(roster, campaign_db, links=LINKS, now=NOW)
    assert suppressed(campaign_db) == []


def test_a_lifting_lifts_the_platforms_own_mark_only(
    roster: Database, campaign_db: Database
) -> None:
    with campaign_db.writing() as session:
        for kind in SuppressionKind:
            session.add(Suppression(address=ADDRESS, kind=kind, added_at=NOW))
    resume(roster)
    suppression_outbox.push(roster, campaign_db, links=LINKS, now=NOW)
    assert suppressed(campaign_db) == [
        (ADDRESS, "bounce"),
        (ADDRESS, "complaint"),
        (ADDRESS, "manual"),
    ]


def test_one_of_two_at_an_address_cannot_lift_the_others_stop(
    roster: Database, campaign_db: Database
) -> None:
    load_lines(roster, line("t3", ADDRESS))
    stop(roster, "t1")
    suppression_outbox.push(roster, campaign_db, links=LINKS, now=NOW)
    resume(roster, "t3")
    suppression_outbox.push(roster, campaign_db, links=LINKS, now=NOW)
    assert suppressed(campaign_db) == [(ADDRESS, "do_not_mail")]
    resume(roster, "t1")
    suppression_outbox.push(roster, campaign_db, links=LINKS, now=NOW)
    assert suppressed(campaign_db) == []


def test_resuming_without_consent_lifts_nothing(roster: Database, campaign_db: Database) -> None:
    stop(roster)
    load_lines(roster, line("t1", ADDRESS, agrees="no"))
    resume(roster)
    suppression_outbox.push(roster, campaign_db, links=LINKS, now=NOW)
    assert suppressed(campaign_db) == []
    stop(roster)
    suppression_outbox.push(roster, campaign_db, links=LINKS, now=NOW)
    resume(roster)
    suppression_outbox.push(roster, campaign_db, links=LINKS, now=NOW)
    assert suppressed(campaign_db) == [(ADDRESS, "do_not_mail")]


def test_a_pause_ends_by_itself(roster: Database, campaign_db: Database) -> None:
    with roster.writing() as session:
        rights.pause(session, rights.find(session, "t1"), now=NOW - timedelta(days=80))
    suppression_outbox.push(roster, campaign_db, links=LINKS, now=NOW + timedelta(days=9))
    assert suppressed(campaign_db) == [(ADDRESS, "do_not_mail")]
    suppression_outbox.push(roster, campaign_db, links=LINKS, now=NOW + timedelta(days=12))
    assert suppressed(campaign_db) == []


def test_more_marks_than_one_batch_all_arrive(platform_db: Database, campaign_db: Database) -> None:
    many = marking.BATCH + 5
    lines = [f"t{n}" for n in range(many)]
    load_lines(platform_db, *(line(ref, f"{ref}@example.org") for ref in lines))
    approved_campaign(campaign_db)
    hand_over(platform_db, campaign_db, chunk=many)
    load_lines(platform_db, *(line(ref, f"{ref}@example.org", agrees="no") for ref in lines))
    assert suppression_outbox.push(platform_db, campaign_db, links=LINKS, now=NOW) == many
    assert len(suppressed(campaign_db)) == many


def test_once_the_month_has_closed_nothing_is_said(roster: Database, campaign_db: Database) -> None:
    stop(roster)
    suppression_outbox.push(
        roster, campaign_db, links=LINKS, now=NOW + timedelta(days=REPLY_DAYS + 1)
    )
    assert (suppressed(campaign_db), marks(roster)) == ([], [])


def test_bounces_and_complaints_can_be_read_back_and_nothing_else(campaign_db: Database) -> None:
    with campaign_db.writing() as session:
        for kind in SuppressionKind:
            session.add(Suppression(address=f"{kind}@example.org", kind=kind, added_at=NOW))
    with campaign_db.reading() as session:
        found = door.unreached(session, NOW)
        later = door.unreached(session, NOW + timedelta(seconds=1))
    assert [(each.address, each.is_complaint) for each in found] == [
        ("bounce@example.org", False),
        ("complaint@example.org", True),
    ]
    assert later == []


def test_the_platform_learns_whose_address_no_mail_reaches(
    roster: Database, campaign_db: Database
) -> None:
    with campaign_db.writing() as session:
        for address in (ADDRESS, "stranger@example.org"):
            session.add(Suppression(address=address, kind=SuppressionKind.BOUNCE, added_at=NOW))
    assert bounces.unreached(roster, campaign_db, since=NOW) == [("t1", ADDRESS)]
    assert bounces.unreached(roster, campaign_db, since=NOW + timedelta(days=1)) == []
