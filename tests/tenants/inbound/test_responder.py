"""A tenant replies to the email: SES's stand-in receives it, and the platform's job answers it."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from sqlalchemy import select

from kit import aws
from kit.templating import TEMPLATES
from sandbox.account import AccountLimits
from sandbox.mail import AcceptedMail
from sandbox.mime import message
from sandbox.receiving import HEADERS_MAX, SIZE_MAX, NotTaken
from sandbox.service import REPLY_TO
from tenants.inbound import responder
from tenants.inbound.responder import MailResponder
from tenants.models import AutomaticAnswer, Letter
from tenants.outbox import automatic_answers
from tests.support.faulty_ses.service import FaultySandbox
from tests.support.tenants import ALICE, NOW, SHARED, People

NOBODY = "stranger@example.org"
SECRET = "I lost my job and I cannot pay"


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultySandbox]:
    with FaultySandbox(limits=AccountLimits(max_send_rate=-1, max_24_hour_send=-1)) as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def post(people: People, sandbox: FaultySandbox) -> MailResponder:
    ses, sqs, s3 = aws.ses_for_sending(), aws.sqs(), aws.s3()
    return MailResponder(
        platform=people.database,
        keys=lambda: people.link_keys,
        portal_url="https://portal.example.org",
        sender="rent-flex <no-reply@example.org>",
        own={"no-reply@example.org", REPLY_TO},
        queue_url=sandbox.inbound_queue_url,
        ses_client=lambda: ses,
        sqs_client=lambda: sqs,
        s3_client=lambda: s3,
    )


def _reply(sandbox: FaultySandbox, sender: str, *, text: str = SECRET, **headers: str) -> None:
    written = EmailMessage()
    written["From"], written["To"], written["Subject"] = sender, REPLY_TO, "Re: Has it changed?"
    for name, value in headers.items():
        written[name.replace("_", "-")] = value
    written.set_content(text)
    sandbox.receiving.take(bytes(written), sender=sender, recipient=REPLY_TO)


def _answer(post: MailResponder, now: datetime = NOW) -> int:
    return responder.answer_waiting(post, clock=lambda: now)


def _sent(sandbox: FaultySandbox) -> list[AcceptedMail]:
    return sandbox.acceptance.mailbox.since(0, 100)


def _letters(people: People) -> list[tuple[int, str]]:
    with people.database.reading() as session:
        rows = session.execute(select(Letter.tenant_id, Letter.kind).order_by(Letter.id))
        return [(tenant, kind) for tenant, kind in rows]


def test_a_tenant_gets_an_answer_and_a_link_as_a_letter_of_its_own(
    people: People, sandbox: FaultySandbox, post: MailResponder
) -> None:
    _reply(sandbox, ALICE, Message_ID="<1@mail.example.org>", References="<0@ses.example.org>")

    assert 1 == _answer(post)

    (answer,) = _sent(sandbox)
    headers = dict(message(answer).items())
    assert ((ALICE,), "rent-flex <no-reply@example.org>") == (answer.recipients, answer.source)
    assert "auto-replied" == headers["Auto-Submitted"]
    assert "All" == headers["X-Auto-Response-Suppress"]
    assert "<1@mail.example.org>" == headers["In-Reply-To"]
    assert "<0@ses.example.org> <1@mail.example.org>" == headers["References"]
    assert "/r/" not in answer.text
    assert [(people.id_of("T-001"), "fresh_link")] == _letters(people)


def test_nothing_that_was_written_is_read_kept_or_sent_back(
    people: People, sandbox: FaultySandbox, post: MailResponder, capsys: pytest.CaptureFixture[str]
) -> None:
    _reply(sandbox, ALICE)

    _answer(post)

    assert {} == sandbox.receiving.objects
    assert 0 == sum(vars_of(sandbox.receiving.queue.depth()))
    assert SECRET not in _sent(sandbox)[0].text
    assert SECRET not in people.every_row()
    assert ALICE not in "".join(capsys.readouterr())


def vars_of(depth: Any) -> list[int]:
    return [depth.visible, depth.in_flight, depth.delayed]


def test_the_platforms_credentials_cannot_get_what_was_written(
    sandbox: FaultySandbox, post: MailResponder
) -> None:
    _reply(sandbox, ALICE)
    (key,) = sandbox.receiving.objects

    with pytest.raises(ClientError, match="AccessDenied"):
        post.s3_client().get_object(Bucket="check-in-inbound-mail", Key=key)


def test_somebody_unknown_gets_the_same_words_and_no_letter(
    people: People, sandbox: FaultySandbox, post: MailResponder
) -> None:
    for sender in (ALICE, NOBODY):
        _reply(sandbox, sender)
    _answer(post)

    one, other = (
        [(name, value) for name, value in message(mail).items() if name not in OF_ONE_MAIL]
        + [("", mail.text)]
        for mail in _sent(sandbox)
    )
    assert one == other
    assert [(people.id_of("T-001"), "fresh_link")] == _letters(people)


OF_ONE_MAIL = {"To", "Date", "Message-ID", "Content-Type"}


def test_an_address_is_answered_once_a_day(sandbox: FaultySandbox, post: MailResponder) -> None:
    for _ in range(3):
        _reply(sandbox, NOBODY)
    _reply(sandbox, NOBODY.upper())
    assert 1 == _answer(post)

    _reply(sandbox, NOBODY)
    assert 0 == _answer(post, NOW + timedelta(hours=23))
    _reply(sandbox, NOBODY)
    assert 1 == _answer(post, NOW + timedelta(days=1))


def test_of_many_workers_at_once_one_answers(people: People) -> None:
    def claim(now: datetime) -> bool:
        with people.database.writing() as session:
            return automatic_answers.claim(
                session, key=people.link_keys[-1], address=NOBODY, now=now
            )

    for now in (NOW, NOW + timedelta(days=1)):
        with ThreadPoolExecutor(max_workers=8) as workers:
            claims = list(workers.map(claim, [now] * 24))
        assert 1 == sum(claims)


def test_a_worker_that_died_after_its_claim_leaves_no_second_answer(
    people: People, sandbox: FaultySandbox, post: MailResponder
) -> None:
    _reply(sandbox, NOBODY)
    with people.database.writing() as session:
        automatic_answers.claim(session, key=people.link_keys[-1], address=NOBODY, now=NOW)

    assert 0 == _answer(post)
    assert {} == sandbox.receiving.objects


def test_an_answer_that_ses_refused_is_tried_again(
    people: People, sandbox: FaultySandbox, post: MailResponder
) -> None:
    _reply(sandbox, ALICE)
    sandbox.control.account(state="paused")
    with pytest.raises(ClientError):
        _answer(replace(post, sqs_client=lambda: _Impatient(post.sqs_client())))  # type: ignore[arg-type,return-value]
    assert ([], 1) == (_letters(people), len(sandbox.receiving.objects))

    sandbox.control.account(state="enabled")

    assert 1 == _answer(post)
    assert 1 == len(_letters(people))


class _Impatient:
    """SQS whose messages come up again at once."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def receive_message(self, **asked: Any) -> Any:
        return self._client.receive_message(**asked | {"VisibilityTimeout": 0})

    def delete_message(self, **asked: Any) -> Any:
        return self._client.delete_message(**asked)


def test_an_answer_that_may_have_gone_out_is_not_sent_again(
    sandbox: FaultySandbox, post: MailResponder
) -> None:
    class Lost:
        def send_email(self, **_request: Any) -> None:
            raise ReadTimeoutError(endpoint_url="https://ses.example.org")

    _reply(sandbox, ALICE)
    _reply(sandbox, ALICE)

    assert 0 == _answer(replace(post, ses_client=Lost))  # type: ignore[arg-type]
    assert 0 == _answer(post)
    assert {} == sandbox.receiving.objects


def test_a_machine_is_not_answered_and_its_email_is_deleted(
    people: People, sandbox: FaultySandbox, post: MailResponder
) -> None:
    _reply(sandbox, ALICE, Auto_Submitted="auto-replied")
    _reply(sandbox, ALICE, List_Id="<tenants.example.org>")
    _reply(sandbox, ALICE, X_Long="x" * HEADERS_MAX)

    assert 0 == _answer(post)
    assert ([], [], {}) == (_sent(sandbox), _letters(people), sandbox.receiving.objects)


def test_asking_to_be_unsubscribed_changes_nothing_and_gets_the_same_words(
    people: People, sandbox: FaultySandbox, post: MailResponder
) -> None:
    before = people.every_row()
    _reply(sandbox, NOBODY, text="unsubscribe")
    _answer(post)
    assert "use the link at the bottom" in _sent(sandbox)[0].text
    with people.database.writing() as session:
        automatic_answers.purge(session, now=NOW + timedelta(days=1))
    assert before == people.every_row()


def test_an_email_that_is_no_notification_holds_nothing_up(
    sandbox: FaultySandbox, post: MailResponder
) -> None:
    sandbox.receiving.queue.send(lambda: "Successfully validated SNS topic for Amazon SES")
    _reply(sandbox, NOBODY)

    assert 1 == _answer(post)


def test_a_flood_stops_at_a_days_most_and_loses_nothing(
    people: People, sandbox: FaultySandbox, post: MailResponder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(automatic_answers, "MOST_A_DAY", 10)
    for number in range(12):
        _reply(sandbox, f"tenant-{number:03}@elsewhere.example.org")

    assert 10 == _answer(post)
    assert 2 == sandbox.receiving.queue.depth().visible
    assert 2 == _answer(post, NOW + timedelta(days=1))


def test_no_address_is_kept_but_as_a_digest_and_that_for_a_day(
    people: People, sandbox: FaultySandbox, post: MailResponder
) -> None:
    _reply(sandbox, NOBODY)
    _answer(post)
    assert NOBODY not in people.every_row()

    with people.database.writing() as session:
        assert 1 == automatic_answers.purge(session, now=NOW + timedelta(days=1))
        assert [] == session.scalars(select(AutomaticAnswer)).all()


def test_of_several_at_one_address_one_gets_the_link(
    people: People, sandbox: FaultySandbox, post: MailResponder
) -> None:
    _reply(sandbox, SHARED)
    _answer(post)

    assert [(people.id_of("T-002"), "fresh_link")] == _letters(people)


def test_ses_takes_no_more_than_40_mb_and_only_for_its_own_addresses(
    sandbox: FaultySandbox,
) -> None:
    with pytest.raises(NotTaken, match="552"):
        sandbox.receiving.take(bytes(SIZE_MAX + 1), sender=ALICE, recipient=REPLY_TO)
    with pytest.raises(NotTaken, match="550"):
        sandbox.receiving.take(b"", sender=ALICE, recipient="check-in@example.org")


def test_the_answer_names_only_numbers_that_the_portal_shows() -> None:
    answer = (TEMPLATES / "letters" / "unread.txt").read_text("utf-8")
    shown = (TEMPLATES / "languages" / "en" / "organisations.toml").read_text("utf-8")
    numbers = set(re.findall(r"\b(?:0[\d ]{9,12}\d|116 123|111)\b", answer))

    assert len(numbers) > 5
    assert [] == [number for number in numbers if f'"{number}"' not in shown]
