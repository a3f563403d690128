"""SES's stand-in receives for the platform, and the job that answers."""

from collections.abc import Iterator

import pytest

from kit import aws
from sandbox.account import AccountLimits
from sandbox.service import REPLY_TO
from tenants.inbound.responder import MailResponder
from tests.support.faulty_ses.service import FaultySandbox
from tests.support.tenants import People


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
