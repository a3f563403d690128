"""Complaints: taken in from anybody, acknowledged by letter, followed to an outcome."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from kit.database import Database
from kit.errors import BadInput, NotFound
from tenants.complaints import letters, register
from tenants.models import Complaint
from tenants.outbox.mailer import OutboxMailer
from tests.tenants.outbox.test_letters import FakeSes

NOW = datetime(2026, 12, 4, 12, 0, tzinfo=UTC)
NOBODY = "nobody@example.org"
STAFF = "privacy@example.org"


def _receive(database: Database, **given: str | None) -> Complaint:
    with database.writing() as session:
        values = {"address": NOBODY, "text": "You use it wrongly.", "source": "portal", **given}
        return register.receive(session, now=NOW, **values)  # type: ignore[arg-type]


def _all(database: Database) -> list[Complaint]:
    with database.reading() as session:
        return list(session.scalars(select(Complaint).order_by(Complaint.id)))


def _send(database: Database, ses: FakeSes, now: datetime = NOW, staff: str | None = STAFF) -> int:
    mailer = OutboxMailer(
        platform=database,
        keys=lambda: (b"k" * 32,),
        portal_url="https://check-in.example.org",
        sender="rent-flex <no-reply@example.org>",
        reply_to=None,
        connect=lambda: ses,  # type: ignore[arg-type, return-value]
    )
    return letters.send_complaint_letters(mailer, staff=staff, clock=_clock(now))


def _clock(now: datetime) -> Callable[[], datetime]:
    return lambda: now


def test_a_complaint_has_thirty_days_to_be_acknowledged(platform_db: Database) -> None:
    received = _receive(platform_db)

    assert date(2027, 1, 3) == received.acknowledge_by
    assert 30 == register.days_left(received.acknowledge_by, NOW)
    assert -1 == register.days_left(received.acknowledge_by, NOW + timedelta(days=31))
    with platform_db.reading() as session:
        assert received.acknowledge_by == register.next_deadline(session)


def test_it_is_acknowledged_by_one_letter_and_staff_are_told(platform_db: Database) -> None:
    reference, ses = _receive(platform_db).reference, FakeSes()

    assert 1 == _send(platform_db, ses)
    assert 0 == _send(platform_db, ses, NOW + timedelta(days=2))

    assert [[NOBODY], [STAFF]] == [mail["Destination"]["ToAddresses"] for mail in ses.sent]
    texts = [mail["Content"]["Simple"]["Body"]["Text"]["Data"] for mail in ses.sent]
    assert all(reference in text and "wrongly" not in text for text in texts)
    assert [(NOW, NOW)] == [(row.acknowledged_at, row.told_at) for row in _all(platform_db)]


def test_a_letter_that_ses_refuses_is_sent_later(platform_db: Database) -> None:
    _receive(platform_db)
    ses = FakeSes()
    ses.is_down = True

    assert 0 == _send(platform_db, ses)
    ses.is_down = False
    assert [None] == [row.acknowledged_at for row in _all(platform_db)]
    assert 1 == _send(platform_db, ses, NOW + letters.RETRY)


def test_one_address_is_not_flooded_and_a_person_does_the_rest(platform_db: Database) -> None:
    for _ in range(5):
        _receive(platform_db)
    ses = FakeSes()

    assert 5 == _send(platform_db, ses, staff=None)

    assert letters.MOST_TO_AN_ADDRESS == len(ses.sent)
    waiting = [row.reference for row in _all(platform_db) if row.acknowledged_at is None]
    with platform_db.writing() as session:
        assert set(waiting) <= {row.reference for row in register.unsettled(session)[:2]}
        for reference in waiting:
            register.mark_acknowledged(session, reference, now=NOW)
        assert register.next_deadline(session) is None


def test_an_outcome_closes_it_after_it_was_acknowledged(platform_db: Database) -> None:
    reference = _receive(platform_db, address=None).reference
    outcome = {"outcome": "The address was corrected.", "by": STAFF}
    with platform_db.writing() as session, pytest.raises(BadInput, match="acknowledge"):
        register.record_outcome(session, reference, now=NOW, **outcome)
    with platform_db.writing() as session:
        register.mark_acknowledged(session, reference, now=NOW)
        register.record_outcome(session, reference.lower(), now=NOW, **outcome)
        assert [] == register.unsettled(session)
        assert 0 == register.purge(session, before=NOW)
        assert 1 == register.purge(session, before=NOW + timedelta(seconds=1))


@pytest.mark.parametrize(
    "given",
    [{"address": "nobody"}, {"text": " "}, {"text": "x" * 4001}, {"key": "k" * 65}, {"key": ""}],
)
def test_what_cannot_be_answered_is_refused(platform_db: Database, given: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        _receive(platform_db, **given)


def test_one_key_is_one_complaint(platform_db: Database) -> None:
    first, again = (_receive(platform_db, key="ticket-17") for _ in range(2))

    assert first.reference == again.reference
    assert 1 == len(_all(platform_db))


def test_an_unknown_reference_is_not_found(platform_db: Database) -> None:
    with platform_db.reading() as session, pytest.raises(NotFound):
        register.find(session, "C-UNKNOWN")
