from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from campaigns import staff
from campaigns.models import AuditEntry, CampaignState, Delivery, DeliveryState, Role
from campaigns.sending import control, lifecycle
from campaigns.ses import account
from campaigns.watching import progress
from kit.database import Database
from kit.errors import NotFound, Refused
from tests.support.sending import MONTH, campaign_of, sending_campaign, states

AUTHOR = "author@example.org"
Action = Callable[..., object]


@pytest.fixture(autouse=True)
def team(campaign_db: Database, now: datetime) -> None:
    with campaign_db.writing() as session:
        staff.add(session, email=AUTHOR, roles=[Role.AUTHOR], by="test", now=now)
        staff.add(session, email="analyst@example.org", roles=[Role.ANALYST], by="test", now=now)


def audit_of(session: Session) -> list[tuple[str, str]]:
    return [(row.who, row.action) for row in session.scalars(select(AuditEntry))][2:]


def test_pause_and_resume_move_the_campaign_and_are_in_the_audit(
    campaign_db: Database, now: datetime
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=2)
    with campaign_db.writing() as session:
        control.pause(session, month=MONTH, by=AUTHOR, now=now)
    assert campaign_of(campaign_db, campaign_id).state == "paused"
    with campaign_db.writing() as session:
        control.resume(session, month=MONTH, by=AUTHOR, now=now)
        assert audit_of(session) == [(AUTHOR, "campaign paused"), (AUTHOR, "campaign sending")]
    assert campaign_of(campaign_db, campaign_id).state == "sending"


def test_resume_ends_the_pause_of_the_account(campaign_db: Database, now: datetime) -> None:
    sending_campaign(campaign_db, now, size=2)
    with campaign_db.writing() as session:
        account.pause(session, reason="SES refuses", now=now)
        assert progress.show(session, MONTH)["state"] == "paused"
        control.resume(session, month=MONTH, by=AUTHOR, now=now)
        assert progress.show(session, MONTH)["state"] == "sending"


def test_cancel_skips_what_is_queued_and_keeps_what_was_sent(
    campaign_db: Database, now: datetime
) -> None:
    sending_campaign(campaign_db, now, size=2)
    with campaign_db.writing() as session:
        session.execute(
            update(Delivery)
            .where(Delivery.id == select(Delivery.id).limit(1).scalar_subquery())
            .values(state=DeliveryState.SENT, reply_link=None, stop_link=None)
        )
        control.cancel(session, month=MONTH, by=AUTHOR, now=now)
        lifecycle.advance(session, now=now)
    assert sorted(states(campaign_db)) == ["sent", "skipped"]


@pytest.mark.parametrize("unknown", ["send", "leave"])
def test_staff_decide_on_what_stays_unknown(
    campaign_db: Database, now: datetime, unknown: control.Resolution
) -> None:
    sending_campaign(campaign_db, now, size=2)
    with campaign_db.writing() as session:
        session.execute(update(Delivery).values(state=DeliveryState.UNKNOWN, attempt_id="a"))
        assert control.resolve(session, month=MONTH, unknown=unknown, by=AUTHOR, now=now) == 2
    assert set(states(campaign_db)) == {"queued" if unknown == "send" else "failed"}


@pytest.mark.parametrize(
    ("action", "state"),
    [
        (control.pause, CampaignState.SENT),
        (control.pause, CampaignState.PAUSED),
        (control.resume, CampaignState.SENDING),
        (control.resume, CampaignState.CANCELLED),
        (control.cancel, CampaignState.SENT),
        (control.cancel, CampaignState.MISSED),
    ],
)
def test_what_the_state_does_not_allow_is_refused_with_its_name(
    campaign_db: Database, now: datetime, action: Action, state: CampaignState
) -> None:
    sending_campaign(campaign_db, now, size=1, state=state)
    with campaign_db.writing() as session, pytest.raises(Refused, match=f"is {state}"):
        action(session, month=MONTH, by=AUTHOR, now=now)


@pytest.mark.parametrize("action", [control.pause, control.resume, control.cancel])
def test_an_analyst_and_a_stranger_may_do_none_of_it(
    campaign_db: Database, now: datetime, action: Action
) -> None:
    sending_campaign(campaign_db, now, size=1)
    with campaign_db.writing() as session:
        with pytest.raises(Refused):
            action(session, month=MONTH, by="analyst@example.org", now=now)
        with pytest.raises(NotFound):
            action(session, month=MONTH, by="stranger@example.org", now=now)


def test_a_month_without_a_campaign_is_named(campaign_db: Database, now: datetime) -> None:
    with campaign_db.writing() as session, pytest.raises(NotFound, match="January 2031"):
        control.pause(session, month="2031-01", by=AUTHOR, now=now)


def test_a_shown_campaign_counts_every_state(campaign_db: Database, now: datetime) -> None:
    sending_campaign(campaign_db, now, size=3)
    with campaign_db.reading() as session:
        shown = progress.show(session, MONTH)
    assert shown["deliveries"] == {
        "queued": 3,
        "sending": 0,
        "sent": 0,
        "failed": 0,
        "unknown": 0,
        "skipped": 0,
    }
    assert (shown["audience"], shown["send_at"]) == (3, "2026-12-01T10:00:00+00:00")
    assert not progress.is_settled(shown)
