import itertools
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from campaigns import suppression
from campaigns.models import Cause, Delivery, Feedback, SetAside, SuppressionKind
from campaigns.sending import deliveries, feedback
from campaigns.ses import account
from campaigns.ses.transport import Outcome
from campaigns.ses.verdicts import Verdict
from kit.database import Database
from tests.support.sending import KeptMark, address, rows
from tests.support.ses_events import WHEN, event, wrapped


def take(database: Database, now: datetime, *bodies: str) -> Delivery:
    with database.writing() as session:
        for body in bodies:
            feedback.take(session, body, now=now)
    return rows(database)[0]


def record(database: Database, row: Delivery, now: datetime, verdict: Verdict) -> None:
    with database.writing() as session:
        outcome = Outcome(row.id, verdict, "ses-1", Cause.FAILED)
        deliveries.record(session, row.attempt_id or "", [outcome], now=now)


def reasons(database: Database) -> list[str]:
    with database.reading() as session:
        return [found.kind for found in suppression.reasons(session, address(1))]


@pytest.mark.parametrize("envelope", [str, wrapped])
def test_a_send_event_settles_a_mail_before_its_own_outcome_is_written(
    campaign_db: Database, now: datetime, claimed: Delivery, envelope: Callable[[str], str]
) -> None:
    row = take(campaign_db, now, envelope(event(claimed)))
    assert (row.state, row.feedback, row.message_id) == ("sent", "send", f"ses-{claimed.id}")
    assert row.reply_link is row.stop_link is None
    record(campaign_db, claimed, now, Verdict.UNCERTAIN)
    assert rows(campaign_db)[0].state == "sent"


def test_a_send_event_settles_an_unknown_mail(
    campaign_db: Database, now: datetime, claimed: Delivery
) -> None:
    record(campaign_db, claimed, now, Verdict.UNCERTAIN)
    assert take(campaign_db, now, event(claimed)).state == "sent"


def test_a_send_event_settles_a_mail_that_waits_to_be_sent_once_more(
    campaign_db: Database, now: datetime, claimed: Delivery
) -> None:
    with campaign_db.writing() as session:
        row = session.get_one(Delivery, claimed.id)
        row.state, row.resent = "queued", True
    assert take(campaign_db, now, event(claimed)).state == "sent"


def test_a_send_event_corrects_a_refusal_that_was_none(
    campaign_db: Database, now: datetime, claimed: Delivery
) -> None:
    record(campaign_db, claimed, now, Verdict.REFUSED)
    assert take(campaign_db, now, event(claimed)).state == "sent"


def test_a_stranger_is_not_touched(campaign_db: Database, now: datetime, claimed: Delivery) -> None:
    take(campaign_db, now, event(claimed, "Bounce"))
    assert (rows(campaign_db)[1].state, rows(campaign_db)[1].feedback) == ("queued", None)


@pytest.mark.parametrize("kinds", list(itertools.permutations(["Send", "Delivery", "Bounce"])))
def test_events_in_any_order_and_twice_end_the_same(
    campaign_db: Database, now: datetime, claimed: Delivery, kinds: tuple[str, ...]
) -> None:
    bodies = [event(claimed, kind) for kind in kinds]
    row = take(campaign_db, now, *bodies, *reversed(bodies))
    assert (row.state, row.feedback) == ("sent", "bounce")
    with campaign_db.reading() as session:
        kept = session.scalars(select(Feedback.kind)).all()
    assert kept == ["Bounce"]
    assert reasons(campaign_db) == [SuppressionKind.BOUNCE]


def test_a_permanent_bounce_and_a_complaint_suppress_and_a_transient_bounce_does_not(
    campaign_db: Database, now: datetime, claimed: Delivery
) -> None:
    transient = {"bounce": {"bounceType": "Transient", "bounceSubType": "MailboxFull"}}
    row = take(campaign_db, now, event(claimed, "Bounce", part=transient))
    assert (row.feedback, reasons(campaign_db)) == ("send", [])
    row = take(campaign_db, now, event(claimed, "Complaint"))
    assert (row.feedback, reasons(campaign_db)) == ("complaint", [SuppressionKind.COMPLAINT])


@pytest.mark.parametrize(
    ("kind", "cause"), [("Reject", "rejected"), ("Rendering Failure", "rendering_failure")]
)
@pytest.mark.parametrize("send_first", [True, False])
def test_what_ses_took_and_never_sent_is_failed_whatever_came_first(
    campaign_db: Database,
    now: datetime,
    claimed: Delivery,
    kind: str,
    cause: str,
    send_first: bool,
) -> None:
    bodies = [event(claimed), event(claimed, kind)]
    row = take(campaign_db, now, *(bodies if send_first else reversed(bodies)))
    assert (row.state, row.cause) == ("failed", cause)


def test_an_event_about_a_replaced_attempt_is_kept_and_still_suppresses(
    campaign_db: Database, now: datetime, claimed: Delivery
) -> None:
    row = take(campaign_db, now, event(claimed, "Complaint", attempt_id="an-older-attempt"))
    assert (row.state, row.feedback) == ("sent", "complaint")
    with campaign_db.reading() as session:
        kept = session.scalars(select(Feedback)).one()
    assert (kept.kind, kept.is_late, kept.attempt_id) == ("Complaint", True, "an-older-attempt")
    assert reasons(campaign_db) == [SuppressionKind.COMPLAINT]


@pytest.mark.parametrize("changes", [{"campaign_id": 999}, {"delivery_id": 999_999}])
def test_an_event_about_a_mail_that_is_not_here_changes_nothing(
    campaign_db: Database, now: datetime, claimed: Delivery, changes: dict[str, int]
) -> None:
    row = take(campaign_db, now, event(claimed, "Send", **changes))
    assert (row.state, row.feedback) == ("sending", None)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "hello",
        "[]",
        "{}",
        '{"Type": "Notification"}',
        '{"eventType": "Send"}',
        "null",
        "[" * 9999,
    ],
)
def test_a_message_that_is_no_event_is_set_aside(
    campaign_db: Database, now: datetime, claimed: Delivery, body: str
) -> None:
    take(campaign_db, now, body, event(claimed))
    with campaign_db.reading() as session:
        assert session.scalars(select(SetAside.body)).all() == [body]
    assert rows(campaign_db)[0].state == "sent"


def test_somebody_elses_mail_is_passed_over(
    campaign_db: Database, now: datetime, claimed: Delivery
) -> None:
    mail = {"messageId": "x", "timestamp": WHEN, "tags": {"newsletter": ["7"]}}
    stranger = json.dumps({"eventType": "Send", "mail": mail})
    row = take(campaign_db, now, stranger)
    with campaign_db.reading() as session:
        assert session.scalars(select(SetAside)).all() == []
    assert row.state == "sending"


def test_a_poll_commits_before_it_deletes(
    campaign_db: Database, now: datetime, claimed: Delivery
) -> None:
    class Queue:
        def __init__(self) -> None:
            self.deleted: list[str] = []
            self.seen_at_delete = ("", 0)

        def receive_message(self, **_: object) -> dict[str, list[dict[str, str]]]:
            return {"Messages": [{"Body": event(claimed), "ReceiptHandle": "handle-1"}]}

        def delete_message_batch(self, **request: list[dict[str, str]]) -> None:
            self.seen_at_delete = (rows(campaign_db)[0].state, mark.read())
            self.deleted += [entry["ReceiptHandle"] for entry in request["Entries"]]

    queue, mark = Queue(), KeptMark()
    taken = feedback.poll(
        campaign_db,
        queue,  # type: ignore[arg-type]
        "http://queue",
        mark=mark,
        clock=lambda: now + timedelta(seconds=5),
    )
    assert (taken, queue.deleted, queue.seen_at_delete) == (1, ["handle-1"], ("sent", 1))


@pytest.mark.parametrize(
    ("visible", "in_flight", "is_read"), [("0", "0", True), ("3", "0", False), ("0", "7", False)]
)
def test_the_queue_counts_as_read_only_when_nothing_is_left_in_it_or_in_a_dead_hand(
    campaign_db: Database, now: datetime, visible: str, in_flight: str, is_read: bool
) -> None:
    class Queue:
        def receive_message(self, **_: object) -> dict[str, list[dict[str, str]]]:
            return {}

        def get_queue_attributes(self, **_: object) -> dict[str, dict[str, str]]:
            counts = {feedback.VISIBLE: visible, feedback.IN_FLIGHT: in_flight}
            return {"Attributes": counts}

    client: Any = Queue()
    feedback.poll(campaign_db, client, "http://queue", mark=KeptMark(), clock=lambda: now)
    with campaign_db.writing() as session:
        assert account.sender(session).events_read_at == (now if is_read else None)


def test_events_are_applied_in_the_order_of_their_rows_so_that_pollers_do_not_deadlock(
    claimed: Delivery,
) -> None:
    later, sooner = (event(claimed, "Send", delivery_id=number) for number in (20, 3))
    assert feedback.in_row_order([later, "no event", sooner]) == ["no event", sooner, later]
