"""The SQL does what the table says, and nothing else writes deliveries."""

import re
from collections.abc import Iterator
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ColumnElement, delete, insert, literal, select

from campaigns.models import Cause, Delivery, DeliveryState
from campaigns.models.deliveries import ERASED_ADDRESS
from campaigns.sending import mailing_list, statements
from campaigns.sending.terms import Trigger
from campaigns.sending.transitions import QUEUED, SENDING, SETTLED, TABLE, UNKNOWN, of
from kit.database import Database
from tests.sending.in_memory import DeliveryRow, NotListed, follow
from tests.support.sending import sending_campaign

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("campaigns", "console", "checkin", "tasks", "tenants", "replies", "reports", "portal")
WRITES = re.compile(
    r"(update|delete|insert)\(\s*(Delivery|deliveries|DELIVERIES)\b"
    r"|(UPDATE|DELETE FROM|INSERT INTO)\s+deliveries\b",
)
CHANGING = [trigger for trigger in Trigger if any(row.after for row in of(trigger))]
DELETING = [Trigger.DISCARDED, Trigger.PURGED]
COLUMNS = [field.name for field in fields(DeliveryRow)]


def shapes(now: datetime) -> Iterator[DeliveryRow]:
    """Rows of every state with all that a condition of the table looks at."""
    for state, attempt, resent, cause, wait in product(
        DeliveryState,
        (None, "mine", "other"),
        (False, True),
        (None, Cause.RESTORED, Cause.REJECTED, Cause.FAILED),
        ("none", "over", "to come", "refused"),
    ):
        if (state in (SENDING, UNKNOWN) and attempt is None) or (
            state != QUEUED and wait != "none"
        ):
            continue
        moment = {"none": None, "to come": now + timedelta(hours=1)}.get(wait, now)
        links = None if state in SETTLED else "link"
        yield DeliveryRow(
            state=state,
            address=f"{state}-{attempt}-{resent}-{cause}-{wait}@example.org",
            reply_link=links,
            stop_link=links,
            attempt_id=attempt,
            attempts=0 if attempt is None else 2,
            resent=resent,
            claimed_at=now,
            since=now,
            not_before=moment,
            refused_at=now if wait == "refused" else None,
            cause=cause,
        )


def expected(row: DeliveryRow, trigger: Trigger, given: dict[str, Any]) -> DeliveryRow:
    try:
        after = follow(row, trigger, **given)
    except NotListed:
        return row
    assert after is not None
    return after


@pytest.mark.parametrize("trigger", CHANGING)
def test_the_sql_of_each_event_does_what_the_table_says_to_every_shape_of_a_row(
    campaign_db: Database, now: datetime, trigger: Trigger
) -> None:
    later = now + timedelta(minutes=5)
    given = {
        "now": later,
        "attempt": "mine",
        "cause": Cause.SERVER_ERROR,
        "message_id": "ses-1",
        "not_before": later + timedelta(minutes=1),
        "feedback": "send",
        "address": "swapped@example.org",
        "reply_link": "another reply",
        "stop_link": "another stop",
    }
    rows = list(shapes(now))
    if trigger is Trigger.READDRESSED:
        rows = [row for row in rows if expected(row, trigger, given) is not row][:1]
    campaign_id = sending_campaign(campaign_db, now, size=0)
    table = Delivery.__table__
    brought: dict[str, ColumnElement[Any]] = {"feedback": literal("send")}
    if trigger is Trigger.ERASED:
        brought["address"] = mailing_list.erased_address()
    with campaign_db.writing() as session:
        session.execute(delete(Delivery))
        values = [{"campaign_id": campaign_id, **asdict(row)} for row in rows]
        session.execute(insert(Delivery), values)
        parameters = {f"given_{name}": value for name, value in given.items()}
        session.connection().execute(statements.change(trigger, brought), parameters)
        query = select(*(table.c[name] for name in COLUMNS)).order_by(table.c.id)
        found = [DeliveryRow(**each) for each in session.execute(query).mappings()]
        ids = session.scalars(select(table.c.id).order_by(table.c.id)).all()
    of_rows = [given | _left_of_erased(trigger, id_) for id_ in ids]
    assert found == [expected(row, trigger, of) for row, of in zip(rows, of_rows, strict=True)]


def _left_of_erased(trigger: Trigger, id_: int) -> dict[str, str]:
    """What an erasure leaves of the address: the number of the row."""
    return {"address": ERASED_ADDRESS.format(id_)} if trigger is Trigger.ERASED else {}


def test_every_event_is_listed_and_only_deletions_end_a_row() -> None:
    assert {row.trigger for row in TABLE} == set(Trigger)
    assert {row.trigger for row in TABLE if row.after is None} == set(DELETING)


def test_what_ses_answers_is_listed_in_every_state() -> None:
    answers = ("ACCEPTED", "REFUSED", "FALTERED", "UNSENT", "UNCERTAIN", "HEARD", "NEVER_LEFT")
    listed = {(row.before, row.trigger) for row in TABLE}
    assert set(product(DeliveryState, (Trigger[name] for name in answers))) <= listed


def test_nothing_else_writes_deliveries() -> None:
    files = (file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    writers = {
        str(file.relative_to(ROOT)) for file in files if WRITES.search(file.read_text("utf-8"))
    }
    assert writers == {"campaigns/sending/mailing_list.py", "campaigns/sending/statements.py"}
