"""An email is answered once, whatever crashes, and an address no more than once a day."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from sqlalchemy import select

from tenants.inbound.responder import MailResponder
from tenants.models import AutomaticAnswer
from tenants.outbox import automatic_answers
from tests.support.faulty_ses.service import FaultySandbox
from tests.support.tenants import ALICE, NOW, People
from tests.tenants.inbound import inbound
from tests.tenants.inbound.inbound import NOBODY


def test_an_address_is_answered_once_a_day(sandbox: FaultySandbox, post: MailResponder) -> None:
    for _ in range(3):
        inbound.reply(sandbox, NOBODY)
    inbound.reply(sandbox, NOBODY.upper())
    assert 1 == inbound.answer(post)

    inbound.reply(sandbox, NOBODY)
    assert 0 == inbound.answer(post, NOW + timedelta(hours=23))
    inbound.reply(sandbox, NOBODY)
    assert 1 == inbound.answer(post, NOW + timedelta(days=1))


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
    inbound.reply(sandbox, NOBODY)
    with people.database.writing() as session:
        automatic_answers.claim(session, key=people.link_keys[-1], address=NOBODY, now=NOW)

    assert 0 == inbound.answer(post)
    assert {} == sandbox.receiving.objects


def test_an_answer_that_ses_refused_is_tried_again(
    people: People, sandbox: FaultySandbox, post: MailResponder
) -> None:
    inbound.reply(sandbox, ALICE)
    sandbox.control.account(state="paused")
    with pytest.raises(ClientError):
        inbound.answer(replace(post, sqs_client=lambda: _Impatient(post.sqs_client())))  # type: ignore[arg-type,return-value]
    assert ([], 1) == (inbound.letters(people), len(sandbox.receiving.objects))

    sandbox.control.account(state="enabled")

    assert 1 == inbound.answer(post)
    assert 1 == len(inbound.letters(people))


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

    inbound.reply(sandbox, ALICE)
    inbound.reply(sandbox, ALICE)

    assert 0 == inbound.answer(replace(post, ses_client=Lost))  # type: ignore[arg-type]
    assert 0 == inbound.answer(post)
    assert {} == sandbox.receiving.objects


def test_a_flood_stops_at_a_days_most_and_loses_nothing(
    people: People, sandbox: FaultySandbox, post: MailResponder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(automatic_answers, "MOST_A_DAY", 10)
    for number in range(12):
        inbound.reply(sandbox, f"tenant-{number:03}@elsewhere.example.org")

    assert 10 == inbound.answer(post)
    assert 2 == sandbox.receiving.queue.depth().visible
    assert 2 == inbound.answer(post, NOW + timedelta(days=1))


def test_no_address_is_kept_but_as_a_digest_and_that_for_a_day(
    people: People, sandbox: FaultySandbox, post: MailResponder
) -> None:
    inbound.reply(sandbox, NOBODY)
    inbound.answer(post)
    assert NOBODY not in people.every_row()

    with people.database.writing() as session:
        assert 1 == automatic_answers.purge(session, now=NOW + timedelta(days=1))
        assert [] == session.scalars(select(AutomaticAnswer)).all()
