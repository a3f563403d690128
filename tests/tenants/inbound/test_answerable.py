"""Which email gets an automatic answer: people's, and never a machine's, a list's or a forger's."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.inbound import answerable, received
from tenants.inbound.received import NotReceived, ReceivedMail, StoredObject

OWN = {"answers@replies.example.net", "no-reply@example.org"}
PERSON = "tenant-001@example.org"
PASSED = dict.fromkeys(("spam", "virus", "spf", "dkim"), "PASS") | {"dmarc": "GRAY"}

AUTOMATIC = [
    ("Auto-Submitted", "auto-replied"),
    ("Auto-Submitted", "auto-generated"),
    ("auto-submitted", "AUTO-REPLIED; owner-email=tenant-001@example.org"),
    ("Auto-Submitted", "auto-notified (vacation)"),
    ("Auto-Submitted", ""),
    ("Precedence", "bulk"),
    ("Precedence", " Junk "),
    ("Precedence", "list"),
    ("Precedence", "auto_reply"),
    ("List-Id", "<tenants.example.org>"),
    ("List-Unsubscribe", "<https://example.org/out>"),
    ("List-Post", "NO"),
    ("X-Auto-Response-Suppress", "All"),
    ("X-Auto-Response-Suppress", "OOF, AutoReply"),
    ("X-Autoreply", "yes"),
    ("X-Autorespond", ""),
    ("X-Failed-Recipients", PERSON),
    ("Return-Path", "<>"),
    ("Content-Type", "multipart/report; report-type=delivery-status"),
    ("Content-Type", "Multipart/Report; report-type=feedback-report"),
    ("Content-Type", "multipart/report; report-type=disposition-notification"),
]
MACHINES = [
    "mailer-daemon@example.org",
    "MAILER-DAEMON@example.org",
    "postmaster@example.org",
    "no-reply@elsewhere.example.org",
    "noreply@elsewhere.example.org",
    "do-not-reply@elsewhere.example.org",
    "donotreply@elsewhere.example.org",
    "owner-tenants@example.org",
    "tenants-owner@example.org",
    "tenants-request@example.org",
    "tenants-bounces@example.org",
    "tenants-bounces+tenant-001=example.org@example.org",
    "bounce-12345@example.org",
    "bounces+1234@example.org",
    "listserv@example.org",
    "majordomo@example.org",
]
BY_HAND = [
    (),
    (("Auto-Submitted", "no"),),
    (("Auto-Submitted", "No (typed by hand)"),),
    (("Auto-Submitted", "no; by=hand"),),
    (("Precedence", "normal"),),
    (("X-Auto-Response-Suppress", "None"),),
    (("Subject", "Re: Has anything changed?"), ("Return-Path", f"<{PERSON}>")),
    (("Subject", "unsubscribe"),),
    (("Content-Type", 'multipart/alternative; boundary="report"'),),
]


def _mail(
    *headers: tuple[str, str],
    source: str = PERSON,
    is_cut: bool = False,
    verdicts: Mapping[str, str] = PASSED,
) -> ReceivedMail:
    lowered = tuple((name.lower(), value) for name, value in headers)
    stored = StoredObject("bucket", "key")
    return ReceivedMail(source, lowered, is_cut, dict(PASSED) | dict(verdicts), stored)


def _address(mail: ReceivedMail) -> str | None:
    return answerable.judge(mail, own=OWN).address


@pytest.mark.parametrize("headers", BY_HAND)
def test_a_person_is_answered(headers: tuple[tuple[str, str], ...]) -> None:
    assert PERSON == _address(_mail(*headers))


@pytest.mark.parametrize(("name", "value"), AUTOMATIC)
def test_what_no_person_sent_is_not_answered(name: str, value: str) -> None:
    assert _address(_mail((name, value))) is None


@pytest.mark.parametrize(
    "source", ["", *MACHINES, *sorted(OWN), "two@@example.org", "a b@example.org"]
)
def test_a_sender_that_is_no_person_is_not_answered(source: str) -> None:
    assert _address(_mail(source=source)) is None


@pytest.mark.parametrize(
    "source", ["owner@example.org", "rebounce@example.org", "replyto@example.org"]
)
def test_a_person_whose_name_only_looks_like_a_machines_is_answered(source: str) -> None:
    assert source == _address(_mail(source=source))


def test_headers_that_were_cut_off_may_have_said_that_it_is_automatic() -> None:
    assert _address(_mail(is_cut=True)) is None


@pytest.mark.parametrize(
    ("verdicts", "is_answered"),
    [
        ({"spf": "FAIL", "dkim": "FAIL"}, False),
        ({"spf": "FAIL", "dkim": "GRAY"}, False),
        ({"spf": "FAIL", "dkim": "PASS"}, True),
        ({"spf": "GRAY", "dkim": "GRAY"}, True),
        ({"dmarc": "FAIL"}, False),
        ({"spam": "FAIL"}, False),
        ({"virus": "FAIL"}, False),
        ({"spam": "PROCESSING_FAILED"}, True),
    ],
)
def test_a_forged_sender_hears_nothing(verdicts: dict[str, str], is_answered: bool) -> None:
    assert is_answered == (_address(_mail(verdicts=verdicts)) is not None)


def test_an_answer_goes_to_the_envelopes_sender_whatever_the_headers_say() -> None:
    mail = _mail(("From", "tenant-002@example.org"), ("Reply-To", "tenant-003@example.org"))

    assert PERSON == _address(mail)


def _notification(**mail: Any) -> dict[str, Any]:
    return {
        "notificationType": "Received",
        "mail": {"source": PERSON, "headersTruncated": False, "headers": []} | mail,
        "receipt": {"action": {"type": "S3", "bucketName": "bucket", "objectKey": "key"}},
    }


def test_a_notification_is_read_raw_and_as_sns_wraps_it() -> None:
    told = json.dumps(_notification(headers=[{"name": "Subject", "value": "Re: Check-in"}]))

    raw = received.parse(told)

    assert raw == received.parse(json.dumps({"Type": "Notification", "Message": told}))
    assert (PERSON, StoredObject("bucket", "key")) == (raw.source, raw.stored)
    assert ["Re: Check-in"] == list(raw.values("subject"))


@pytest.mark.parametrize("source", ["<>", "", None])
def test_a_null_sender_is_an_empty_one(source: str | None) -> None:
    assert received.parse(json.dumps(_notification(source=source))).source == ""


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner),
    max_leaves=6,
)


@given(
    st.sampled_from(["mail", "receipt", "notificationType", "Type", "Message"]),
    json_values,
)
def test_whatever_comes_is_read_or_named_no_notification(name: str, value: Any) -> None:
    for body in (json.dumps(_notification() | {name: value}), str(value)):
        try:
            answerable.judge(received.parse(body), own=OWN)
        except NotReceived:
            continue
