"""The database itself refuses a change of state that the table of transitions does not list."""

from datetime import datetime
from itertools import permutations

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from campaigns.models import Delivery, DeliveryState
from campaigns.sending.transitions import SETTLED, changes_of_state
from kit.database import Database
from tests.support.sending import sending_campaign

REFUSAL = "a delivery never changes its state like this"
PAIRS = list(permutations(DeliveryState, 2))


def _row(state: DeliveryState) -> dict[str, str | None]:
    link = None if state in SETTLED else "link"
    return {"state": state, "reply_link": link, "stop_link": link}


@pytest.fixture
def deliveries(campaign_db: Database, now: datetime) -> Database:
    """A mail for each pair of states, in the first of them; its id is the pair's number."""
    campaign_id = sending_campaign(campaign_db, now, size=0)
    rows = [
        {
            "id": 1000 + number,
            "campaign_id": campaign_id,
            "address": f"{old}-{new}@example.org",
            "attempt_id": "mine",
            **_row(old),
        }
        for number, (old, new) in enumerate(PAIRS)
    ]
    with campaign_db.writing() as session:
        session.execute(insert(Delivery), rows)
    return campaign_db


def _takes(database: Database, number: int, new: DeliveryState) -> bool:
    change = update(Delivery).where(Delivery.id == 1000 + number).values(_row(new))
    try:
        with database.writing() as session:
            session.execute(change)
    except IntegrityError as error:
        return REFUSAL not in str(error)
    return True


def test_the_database_takes_the_listed_changes_and_no_other(deliveries: Database) -> None:
    taken = {pair for number, pair in enumerate(PAIRS) if _takes(deliveries, number, pair[1])}
    assert taken == changes_of_state()


def test_one_unlisted_change_among_many_undoes_the_statement(deliveries: Database) -> None:
    with pytest.raises(IntegrityError, match=REFUSAL), deliveries.writing() as session:
        session.execute(update(Delivery).values(_row(DeliveryState.UNKNOWN)))
    with deliveries.reading() as session:
        assert len(DeliveryState) - 1 == session.query(Delivery).filter_by(state="sent").count()


def test_what_changes_no_state_is_no_business_of_the_trigger(deliveries: Database) -> None:
    with deliveries.writing() as session:
        session.execute(update(Delivery).values(state=Delivery.state, cause="told to"))
