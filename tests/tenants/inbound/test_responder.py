"""A tenant replies to the email: SES's stand-in receives it, and the platform's job answers it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from kit.templating import TEMPLATES
from sandbox.mime import message
from sandbox.receiving import HEADERS_MAX, SIZE_MAX, NotTaken
from sandbox.service import REPLY_TO
from tenants.inbound.responder import MailResponder
from tenants.outbox import automatic_answers
from tests.support.faulty_ses.service import FaultySandbox
from tests.support.tenants import ALICE, NOW, SHARED, People
from tests.tenants.inbound import inbound
from tests.tenants.inbound.inbound import NOBODY, SECRET


def test_a_tenant_gets_an_answer_and_a_link_as_a_letter_of_its_own(
    people: People, sandbox: FaultySandbox, post: MailResponder
) -> None:
    inbound.reply(
        sandbox, ALICE, Message_ID="<1@mail.example.org>", References="<0@ses.example.org>"
    )

    assert 1 == inbound.answer(post)

    (answer,) = inbound.sent(sandbox)
    headers = dict(message(answer).items())
    assert ((ALICE,), "rent-flex <no-reply@example.org>") == (answer.recipients, answer.source)
    assert "auto-replied" == headers["Auto-Submitted"]
    assert "All" == headers["X-Auto-Response-Suppress"]
    assert "<1@mail.example.org>" == headers["In-Reply-To"]
    assert "<0@ses.example.org> <1@mail.example.org>" == headers["References"]
    assert "/r/" not in answer.text
    assert [(people.id_of("T-001"), "fresh_link")] == inbound.letters(people)


def test_nothing_that_was_written_is_read_kept_or_sent_back(
    people: People, sandbox: FaultySandbox, post: MailResponder, capsys: pytest.CaptureFixture[str]
) -> None:
    inbound.reply(sandbox, ALICE)

    inbound.answer(post)

    assert {} == sandbox.receiving.objects
    assert 0 == sum(vars_of(sandbox.receiving.queue.depth()))
    assert SECRET not in inbound.sent(sandbox)[0].text
    assert SECRET not in people.every_row()
    assert ALICE not in "".join(capsys.readouterr())


def vars_of(depth: Any) -> list[int]:
    return [depth.visible, depth.in_flight, depth.delayed]


def test_the_platforms_credentials_cannot_get_what_was_written(
    sandbox: FaultySandbox, post: MailResponder
) -> None:
    inbound.reply(sandbox, ALICE)
    (key,) = sandbox.receiving.objects

    with pytest.raises(ClientError, match="AccessDenied"):
        post.s3_client().get_object(Bucket="check-in-inbound-mail", Key=key)


def test_somebody_unknown_gets_the_same_words_and_no_letter(
    people: People, sandbox: FaultySandbox, post: MailResponder
) -> None:
    for sender in (ALICE, NOBODY):
        inbound.reply(sandbox, sender)
    inbound.answer(post)

    one, other = (
        [(name, value) for name, value in message(mail).items() if name not in OF_ONE_MAIL]
        + [("", mail.text)]
        for mail in inbound.sent(sandbox)
    )
    assert one == other
    assert [(people.id_of("T-001"), "fresh_link")] == inbound.letters(people)


OF_ONE_MAIL = {"To", "Date", "Message-ID", "Content-Type"}


def test_a_machine_is_not_answered_and_its_email_is_deleted(
    people: People, sandbox: FaultySandbox, post: MailResponder
) -> None:
    inbound.reply(sandbox, ALICE, Auto_Submitted="auto-replied")
    inbound.reply(sandbox, ALICE, List_Id="<tenants.example.org>")
    inbound.reply(sandbox, ALICE, X_Long="x" * HEADERS_MAX)

    assert 0 == inbound.answer(post)
    assert ([], [], {}) == (
        inbound.sent(sandbox),
        inbound.letters(people),
        sandbox.receiving.objects,
    )


def test_asking_to_be_unsubscribed_changes_nothing_and_gets_the_same_words(
    people: People, sandbox: FaultySandbox, post: MailResponder
) -> None:
    before = people.every_row()
    inbound.reply(sandbox, NOBODY, text="unsubscribe")
    inbound.answer(post)
    assert "use the link at the bottom" in inbound.sent(sandbox)[0].text
    with people.database.writing() as session:
        automatic_answers.purge(session, now=NOW + timedelta(days=1))
    assert before == people.every_row()


def test_an_email_that_is_no_notification_holds_nothing_up(
    sandbox: FaultySandbox, post: MailResponder
) -> None:
    sandbox.receiving.queue.send(lambda: "Successfully validated SNS topic for Amazon SES")
    inbound.reply(sandbox, NOBODY)

    assert 1 == inbound.answer(post)


def test_of_several_at_one_address_one_gets_the_link(
    people: People, sandbox: FaultySandbox, post: MailResponder
) -> None:
    inbound.reply(sandbox, SHARED)
    inbound.answer(post)

    assert [(people.id_of("T-002"), "fresh_link")] == inbound.letters(people)


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
