from datetime import datetime, timedelta

import pytest

from campaigns import suppression
from campaigns.models import Cause, Delivery, DeliveryState, SuppressionKind
from campaigns.sending import deliveries
from campaigns.sending.deliveries import Claim
from campaigns.ses.transport import Outcome
from campaigns.ses.verdicts import Verdict
from kit.database import Database
from tests.support.sending import address, rows, sending_campaign, states


def claim(database: Database, campaign_id: int, now: datetime, *, limit: int = 50) -> Claim:
    with database.writing() as session:
        return deliveries.claim(session, campaign_id=campaign_id, after=0, limit=limit, now=now)


def record(database: Database, claimed: Claim, now: datetime, verdict: Verdict) -> Delivery:
    outcome = Outcome(claimed.mails[0].delivery_id, verdict, "ses-1", Cause.FAILED)
    with database.writing() as session:
        deliveries.record(session, claimed.attempt_id, [outcome], now=now)
    return rows(database)[0]


def test_two_claims_never_share_a_row(campaign_db: Database, now: datetime) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=5)
    first, second = (claim(campaign_db, campaign_id, now, limit=3) for _ in range(2))
    ids = [mail.delivery_id for mail in (*first.mails, *second.mails)]
    assert len(ids) == len(set(ids)) == 5
    assert not claim(campaign_db, campaign_id, now)


def test_a_claim_that_is_not_committed_holds_nothing_back(
    campaign_db: Database, now: datetime
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=2)
    with campaign_db.writing() as session:
        assert deliveries.claim(session, campaign_id=campaign_id, after=0, limit=2, now=now)
        session.rollback()
    assert states(campaign_db) == ["queued", "queued"]


def test_a_suppressed_address_is_skipped_at_the_claim(campaign_db: Database, now: datetime) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=3)
    with campaign_db.writing() as session:
        kind = SuppressionKind.DO_NOT_MAIL
        suppression.suppress(session, address=address(2), kind=kind, now=now)
    claimed = claim(campaign_db, campaign_id, now)
    assert [mail.address for mail in claimed.mails] == [address(1), address(3)]
    skipped = rows(campaign_db)[1]
    assert (skipped.state, skipped.cause) == ("skipped", "suppressed")
    assert skipped.reply_link is skipped.stop_link is None


@pytest.mark.parametrize(
    ("verdict", "state", "keeps_links"),
    [
        (Verdict.ACCEPTED, DeliveryState.SENT, False),
        (Verdict.REFUSED, DeliveryState.QUEUED, True),
        (Verdict.UNSENT, DeliveryState.QUEUED, True),
        (Verdict.RETRY, DeliveryState.QUEUED, True),
        (Verdict.SLOW_DOWN, DeliveryState.QUEUED, True),
        (Verdict.QUOTA, DeliveryState.QUEUED, True),
        (Verdict.HALT, DeliveryState.QUEUED, True),
        (Verdict.UNCERTAIN, DeliveryState.UNKNOWN, True),
    ],
)
def test_each_verdict_leads_to_its_state(
    campaign_db: Database, now: datetime, verdict: Verdict, state: DeliveryState, keeps_links: bool
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=1)
    row = record(campaign_db, claim(campaign_db, campaign_id, now), now, verdict)
    assert (row.state, row.reply_link is not None) == (state, keeps_links)


def test_a_transient_failure_is_waited_out_longer_each_time(
    campaign_db: Database, now: datetime
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=1)
    waits = []
    for _ in range(8):
        row = record(campaign_db, claim(campaign_db, campaign_id, now), now, Verdict.RETRY)
        assert (row.state, row.not_before is not None) == ("queued", True)
        waits.append((row.not_before or now) - now)
        assert not claim(campaign_db, campaign_id, now)
        now = row.not_before or now
    assert [wait / timedelta(minutes=1) for wait in waits] == [1, 2, 4, 8, 16, 32, 32, 32]


def test_what_was_provably_not_sent_may_be_tried_for_ever(
    campaign_db: Database, now: datetime
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=1)
    for _ in range(12):
        record(campaign_db, claim(campaign_db, campaign_id, now), now, Verdict.UNSENT)
    assert states(campaign_db) == ["queued"]


def test_a_lease_that_ran_out_makes_unknown_and_the_late_outcome_still_settles(
    campaign_db: Database, now: datetime
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=1)
    claimed = claim(campaign_db, campaign_id, now)
    with campaign_db.writing() as session:
        assert deliveries.expire_leases(session, before=now, now=now) == 0
    with campaign_db.writing() as session:
        later = now + timedelta(minutes=3)
        assert deliveries.expire_leases(session, before=later, now=later) == 1
    assert states(campaign_db) == ["unknown"]
    assert record(campaign_db, claimed, now, Verdict.ACCEPTED).state == "sent"


def test_an_outcome_of_a_replaced_attempt_changes_nothing(
    campaign_db: Database, now: datetime
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=1)
    stale = claim(campaign_db, campaign_id, now)
    record(campaign_db, stale, now, Verdict.UNSENT)
    fresh = claim(campaign_db, campaign_id, now)
    row = record(campaign_db, stale, now, Verdict.REFUSED)
    assert (row.state, row.attempt_id) == ("sending", fresh.attempt_id)


def test_a_released_batch_is_claimed_again(campaign_db: Database, now: datetime) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=3)
    claimed = claim(campaign_db, campaign_id, now)
    with campaign_db.writing() as session:
        ids = [mail.delivery_id for mail in claimed.mails[1:]]
        deliveries.give_back(session, claimed.attempt_id, ids, now=now)
    assert states(campaign_db) == ["sending", "queued", "queued"]
    assert [row.attempts for row in rows(campaign_db)] == [1, 0, 0]
