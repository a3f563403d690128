"""The tallies follow the deliveries, whichever statement moves them; the audit stays as written."""

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from campaigns import audit, staff
from campaigns.models import (
    AuditEntry,
    Campaign,
    CampaignState,
    Delivery,
    DeliveryState,
    Role,
    Tally,
)
from campaigns.sending import counters
from campaigns.sending.transitions import changes_of_state
from kit.database import Database
from tests.console import months
from tests.console.site import APPROVER, AUTHOR

MONTH = "2026-12"
MOVES = st.lists(
    st.tuples(st.sampled_from(DeliveryState), st.integers(0, 11), st.sampled_from(["", "bounce"])),
    max_size=12,
)


def _campaign(session: Session, now: datetime) -> Campaign:
    months.publish(session)
    for email, role in ((AUTHOR, Role.AUTHOR), (APPROVER, Role.APPROVER)):
        staff.add(session, email=email, roles=[role], by="tests", now=now)
    return months.in_state(session, MONTH, CampaignState.SENDING, now=now)


def _counted(session: Session, campaign_id: int) -> dict[str, int]:
    rows = session.execute(
        select(Delivery.state, func.count())
        .where(Delivery.campaign_id == campaign_id)
        .group_by(Delivery.state)
    )
    return dict.fromkeys((state.value for state in DeliveryState), 0) | dict(rows.all())


def test_every_change_of_many_rows_is_counted(campaign_db: Database, now: datetime) -> None:
    with campaign_db.writing() as session:
        campaign = _campaign(session, now)
        months.deliver(session, campaign, DeliveryState.QUEUED, 40)
        half = Delivery.id % 2 == 0
        session.execute(update(Delivery).where(half).values(state="sending", attempt_id="a"))
    with campaign_db.writing() as session:
        links = {"reply_link": None, "stop_link": None}
        session.execute(
            update(Delivery)
            .where(Delivery.state == "sending")
            .values(state="failed", cause="MESSAGE_REJECTED", **links)
        )
        session.execute(update(Delivery).where(Delivery.id == 1).values(feedback="bounce"))
        session.execute(update(Delivery).where(Delivery.id == 2).values(attempts=3))

        assert _counted(session, campaign.id) == counters.by_state(session, campaign.id)
        assert {("failed", "MESSAGE_REJECTED"): 20} == counters.by_cause(session, campaign.id)
        assert {"bounce": 1} == counters.by_feedback(session, campaign.id)


def test_what_was_settled_stays_counted_when_its_address_is_purged(
    campaign_db: Database, now: datetime
) -> None:
    with campaign_db.writing() as session:
        campaign = _campaign(session, now)
        months.deliver(session, campaign, DeliveryState.SENT, 5)
        months.deliver(session, campaign, DeliveryState.QUEUED, 3)
        session.execute(delete(Delivery))
        counts = counters.by_state(session, campaign.id)

    assert (5, 0) == (counts["sent"], counts["queued"])


def test_a_change_that_is_rolled_back_was_never_counted(
    campaign_db: Database, now: datetime
) -> None:
    with campaign_db.writing() as session:
        campaign = _campaign(session, now)
        months.deliver(session, campaign, DeliveryState.QUEUED, 4)
    with campaign_db.writing() as session:
        session.execute(update(Delivery).values(cause="nothing"))
        session.rollback()
    with campaign_db.reading() as session:
        assert {} == counters.by_cause(session, campaign.id)


def test_a_campaign_of_any_length_has_a_handful_of_tallies(
    campaign_db: Database, now: datetime
) -> None:
    with campaign_db.writing() as session:
        campaign = _campaign(session, now)
        for state in DeliveryState:
            months.deliver(session, campaign, state, 200)
        rows = session.scalar(select(func.count()).select_from(Tally))

    assert len(DeliveryState) == rows


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves=MOVES)
def test_any_run_of_changes_leaves_the_tallies_right(
    campaign_db: Database, moves: list[tuple[DeliveryState, int, str]]
) -> None:
    now = datetime.fromisoformat("2026-12-01T10:00:00+00:00")
    with campaign_db.writing() as session:
        campaign = _campaign(session, now)
        months.deliver(session, campaign, DeliveryState.QUEUED, 12)
        first = session.scalar(select(func.min(Delivery.id))) or 0
        for state, place, heard in moves:
            linked = state in months.LINKED
            link = "https://portal.example.org/r/sample" if linked else None
            may_move = [old for old, new in changes_of_state() if new == state]
            session.execute(
                update(Delivery)
                .where(Delivery.id == first + place, Delivery.state.in_([state, *may_move]))
                .values(
                    state=state,
                    attempt_id="a",
                    reply_link=link,
                    stop_link=link,
                    feedback=heard or None,
                )
            )
        assert _counted(session, campaign.id) == counters.by_state(session, campaign.id)
        heard_of = session.scalar(select(func.count(Delivery.feedback))) or 0
        assert heard_of == sum(counters.by_feedback(session, campaign.id).values())
        session.rollback()


@pytest.mark.parametrize("statement", [update(AuditEntry).values(who="nobody"), delete(AuditEntry)])
def test_the_database_itself_refuses_to_change_the_audit(
    campaign_db: Database, now: datetime, statement: object
) -> None:
    with campaign_db.writing() as session:
        audit.record(session, who=AUTHOR, action="tested", now=now)
    with (
        pytest.raises(DatabaseError, match="the audit is only ever added to"),
        campaign_db.writing() as session,
    ):
        session.execute(statement)  # type: ignore[call-overload]
    with campaign_db.reading() as session:
        assert [AUTHOR] == session.scalars(select(AuditEntry.who)).all()


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_the_database_itself_refuses_to_empty_the_audit(campaign_db: Database) -> None:
    with (
        pytest.raises(DatabaseError, match="the audit is only ever added to"),
        campaign_db.writing() as session,
    ):
        session.execute(text("TRUNCATE audit"))
