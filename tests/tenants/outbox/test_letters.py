"""The platform's own mail: to the tenant alone, tried again, and never for ever."""

import re
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from botocore.exceptions import ClientError
from sqlalchemy import select

from kit.templating import TEMPLATES
from links import ledger, signing
from links.signing import Purpose
from tenants.models import Letter
from tenants.outbox import codes, letters
from tenants.outbox.letters import Kind
from tenants.outbox.mailer import OutboxMailer, send_due
from tenants.rights import data_sessions, rights
from tests.support.tenants import ALICE, NOW, People


class FakeSes:
    """Keeps what it is sent; refuses as long as `is_down`."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.is_down = False

    def send_email(self, **request: Any) -> dict[str, str]:
        if self.is_down:
            raise ClientError({"Error": {"Code": "TooManyRequestsException"}}, "SendEmail")
        self.sent.append(request)
        return {"MessageId": "1"}


@pytest.fixture
def ses() -> FakeSes:
    return FakeSes()


def _send(people: People, ses: FakeSes, now: datetime = NOW) -> int:
    post = OutboxMailer(
        platform=people.database,
        keys=lambda: people.link_keys,
        portal_url="https://portal.example.org",
        sender="rent-flex <no-reply@example.org>",
        reply_to="answers@replies.example.net",
        connect=lambda: ses,  # type: ignore[arg-type,return-value]
    )
    return send_due(post, clock=lambda: now)


def _ask(people: People, address: str = ALICE) -> bytes:
    with people.database.writing() as session:
        return data_sessions.request_code(session, address=address, keys=people.link_keys, now=NOW)


def _code(people: People) -> str:
    """The code that waits to be sent."""
    with people.database.reading() as session:
        (letter,) = session.scalars(select(Letter))
    return codes.session_code(people.link_keys, bytes.fromhex(letter.details["visit"]))


def _text(request: dict[str, Any]) -> str:
    text: str = request["Content"]["Simple"]["Body"]["Text"]["Data"]
    return text


def test_a_code_goes_to_its_address_from_the_platforms_own_identity(
    people: People, ses: FakeSes
) -> None:
    _ask(people)
    code = _code(people)

    assert (1, 0) == (_send(people, ses), _send(people, ses))

    request = ses.sent[0]
    assert {"ToAddresses": [ALICE]} == request["Destination"]
    assert "rent-flex <no-reply@example.org>" == request["FromEmailAddress"]
    assert {"DISABLED"} == set(request["ConfigurationOverrides"]["Tracking"].values())
    assert code in _text(request)
    assert "T-001" not in _text(request)


def test_everybody_is_told_that_the_page_asks_for_the_reference(
    people: People, ses: FakeSes
) -> None:
    _ask(people)
    _send(people, ses)

    assert "asks for your rent-flex reference" in _text(ses.sent[0])


def test_a_letter_that_was_refused_is_tried_again_later(people: People, ses: FakeSes) -> None:
    _ask(people)
    ses.is_down = True
    assert 0 == _send(people, ses)
    ses.is_down = False

    assert 0 == _send(people, ses, NOW + timedelta(seconds=59))
    assert 1 == _send(people, ses, NOW + timedelta(seconds=60))


def test_a_letter_whose_sender_died_comes_up_again(people: People, ses: FakeSes) -> None:
    _ask(people)
    with people.database.writing() as session:
        assert letters.claim(session, now=NOW) is not None

    assert 0 == _send(people, ses)
    assert 1 == _send(people, ses, NOW + timedelta(minutes=1))


def test_a_code_that_is_no_longer_good_is_not_sent(people: People, ses: FakeSes) -> None:
    _ask(people)
    late = NOW + timedelta(hours=1)

    assert 0 == _send(people, ses, late)
    with people.database.writing() as session:
        assert 1 == letters.purge(session, now=late)
        assert [] == session.scalars(select(Letter)).all()


def test_a_letter_goes_to_the_address_of_the_day(people: People, ses: FakeSes) -> None:
    with people.database.writing() as session:
        tenant = rights.find(session, "T-001")
        told = {"month": "2026-12", "opened_on": "2026-12-04"}
        letters.write(session, tenant_id=tenant.id, kind=Kind.OPENED, details=told, now=NOW)
        tenant.email = "moved@example.org"
    _send(people, ses)

    assert {"ToAddresses": ["moved@example.org"]} == ses.sent[0]["Destination"]


@pytest.mark.parametrize(
    ("language", "told"), [("en", "on 4 December 2026."), ("cy", "ar 4 Rhagfyr 2026.")]
)
def test_days_are_written_as_people_write_them(
    people: People, ses: FakeSes, language: str, told: str
) -> None:
    with people.database.writing() as session:
        tenant = rights.find(session, "T-001")
        tenant.language = language
        details = {"month": "2026-12", "opened_on": "2026-12-04"}
        letters.write(session, tenant_id=tenant.id, kind=Kind.OPENED, details=details, now=NOW)
    _send(people, ses)

    assert told in _text(ses.sent[0])


def test_a_paragraph_is_one_line_so_that_a_phone_breaks_it_where_it_likes() -> None:
    for letter in TEMPLATES.glob("letters/*/*.txt"):
        lines = letter.read_text(encoding="utf-8").splitlines()
        broken = [line for line, after in pairwise(lines) if len(line) > 60 and after[:1].islower()]
        assert [] == broken, letter


def test_an_erased_tenant_gets_no_letter(people: People, ses: FakeSes) -> None:
    _ask(people)
    with people.database.writing() as session:
        rights.erase(session, rights.find(session, "T-001"), now=NOW)

    assert 0 == _send(people, ses)


def test_a_fresh_link_opens_the_month_it_names(people: People, ses: FakeSes) -> None:
    with people.database.writing() as session:
        tenant = rights.find(session, "T-001")
        link_id = ledger.of_tenant(session, tenant.id)[0].id
        details = {"month": "2026-12", "link_id": link_id.hex()}
        letters.write(session, tenant_id=tenant.id, kind=Kind.FRESH_LINK, details=details, now=NOW)
    _send(people, ses)

    found = re.search("https://portal.example.org/r/(.+)", _text(ses.sent[0]))
    assert found
    assert link_id == signing.verify(people.link_keys, Purpose.REPLY, found[1])
