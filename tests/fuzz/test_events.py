"""Any bytes in the event queue: applied, or set aside; one bad message never holds up the feed."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from campaigns import staff
from campaigns.models import CampaignState, Delivery, DeliveryState, Role
from campaigns.sending import feedback
from kit.database import Database
from tests.conftest import NOW
from tests.console import months
from tests.console.site import APPROVER
from tests.fuzz.material import NUISANCE, damaged, fuzzed
from tests.support.ses_events import PARTS, event, wrapped

ROW = Delivery(id=1, campaign_id=1, attempt_id="attempt-0000000000001")
SOUND = [*(event(ROW, kind) for kind in PARTS), wrapped(event(ROW, "Bounce"))]
JSON = st.recursive(
    NUISANCE | st.none() | st.booleans() | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NUISANCE, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def twisted(draw: st.DrawFn) -> str:
    """A sound event with some of its values, at any depth, replaced by any JSON."""
    document: Any = json.loads(draw(st.sampled_from(SOUND[:-1])))
    for _ in range(draw(st.integers(1, 3))):
        place: Any = document
        while isinstance(place, dict | list) and place:
            key = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else [0]))
            if not isinstance(place[key], dict | list) or draw(st.integers(0, 3)) == 0:
                place[key] = draw(JSON)
                break
            place = place[key]
    body = json.dumps(document)
    return wrapped(body) if draw(st.booleans()) else body


BODY = (
    damaged(*SOUND).map(lambda raw: raw.decode(errors="replace"))
    | twisted()
    | JSON.map(json.dumps)
    | st.text(max_size=30)
)


@pytest.fixture
def sending(campaign_db: Database) -> Database:
    """A campaign with one mail whose outcome is awaited."""
    with campaign_db.writing() as session:
        staff.add(session, email=APPROVER, roles=[Role.APPROVER], by="tests", now=NOW)
        campaign = months.in_state(session, "2026-12", CampaignState.SENDING, now=NOW)
        months.deliver(session, campaign, DeliveryState.SENDING, 1, since=NOW, claimed_at=NOW)
    return campaign_db


@fuzzed(250)
@given(bodies=st.lists(BODY, min_size=1, max_size=4))
def test_any_message_is_applied_or_set_aside(sending: Database, bodies: list[str]) -> None:
    with Session(sending.engine) as session:
        for body in feedback.in_row_order(bodies):
            feedback.take(session, body, now=NOW)
        session.flush()
        session.rollback()
