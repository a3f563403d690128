"""The inbox's pages, over a mailbox filled by boto3."""

import email
import email.policy
import json
from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient

from sandbox import mime
from sandbox.inbox import create_app
from sandbox.outcomes import EVENTS
from sandbox.service import REPLY_TO
from tests.sandbox.requests import bulk, entry, single
from tests.support.faulty_ses.service import FaultySandbox

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


@pytest.fixture
def page(sandbox: FaultySandbox) -> FlaskClient:
    return create_app(sandbox.acceptance.mailbox, sandbox.receiving).test_client()


def newest(sandbox: FaultySandbox) -> int:
    return sandbox.acceptance.mailbox.page(number=1, size=1).mails[0].number


def test_an_empty_inbox_says_so(page: FlaskClient) -> None:
    assert "No mail yet" in page.get("/").text


def test_mails_are_listed_newest_first_and_paged(ses: "SESV2Client", page: FlaskClient) -> None:
    for start in (0, 50):
        addresses = [f"tenant-{number:03}@example.org" for number in range(start, start + 50)]
        ses.send_bulk_email(**bulk(*map(entry, addresses)))
    first, second = page.get("/").text, page.get("/?page=2").text
    assert first.index("tenant-099@") < first.index("tenant-050@")
    assert "tenant-049@" not in first
    assert second.index("tenant-049@") < second.index("tenant-000@")
    assert "100 mails" in first
    assert "Page 2 of 2" in second


def test_mails_are_found_by_address(ses: "SESV2Client", page: FlaskClient) -> None:
    ses.send_bulk_email(**bulk(entry("tenant-001@example.org"), entry("tenant-002@example.org")))
    found = page.get("/?address=TENANT-002").text
    assert "tenant-002@example.org" in found
    assert "tenant-001@example.org" not in found
    assert "No mail matches" in page.get("/?address=nobody").text


def test_a_search_is_shown_as_text(page: FlaskClient) -> None:
    shown = page.get("/?address=<script>").text
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


@pytest.mark.parametrize("outcome", EVENTS)
def test_every_outcome_has_a_name_on_the_page(
    ses: "SESV2Client", sandbox: FaultySandbox, page: FlaskClient, outcome: str
) -> None:
    sandbox.control.outcome("tenant-001@example.org", outcome)
    ses.send_email(**single())
    assert page.get("/").status_code == 200
    assert page.get(f"/mail/{newest(sandbox)}").status_code == 200


def test_a_mail_is_shown_in_every_view(
    ses: "SESV2Client", sandbox: FaultySandbox, page: FlaskClient
) -> None:
    header = {"Name": "List-Unsubscribe", "Value": "<https://example.org/stop/" + "k" * 90 + ">"}
    ses.send_bulk_email(**bulk(entry(ReplacementHeaders=[header])))
    address = f"/mail/{newest(sandbox)}"
    for width in ("phone", "desktop"):
        assert f'class="stage {width}"' in page.get(f"{address}?view={width}").text
    link = "https://example.org/r/tenant-001"
    plain = page.get(f"{address}?view=text").text
    assert (
        f'Tell us: <a href="{link}" rel="noopener noreferrer" target="_blank">{link}</a>' in plain
    )
    assert "k" * 90 in page.get(f"{address}?view=headers").text
    assert "quoted-printable" in page.get(f"{address}?view=source").text
    assert page.get(f"{address}?view=other").status_code == 404


def test_a_mail_of_text_alone_opens_as_text(
    ses: "SESV2Client", sandbox: FaultySandbox, page: FlaskClient
) -> None:
    letter = {"Simple": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "Your code is <b>"}}}}
    ses.send_email(**single(Content=letter))
    assert "Your code is &lt;b&gt;" in page.get(f"/mail/{newest(sandbox)}").text


def test_the_mails_html_is_framed_without_script_and_opens_links_in_a_new_tab(
    ses: "SESV2Client", sandbox: FaultySandbox, page: FlaskClient
) -> None:
    ses.send_bulk_email(**bulk())
    answer = page.get(f"/mail/{newest(sandbox)}/html")
    assert '<head><base target="_blank">' in answer.text
    assert "href='https://example.org/r/tenant-001'" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "script" not in policy


def test_the_source_is_a_message_that_python_reads_back(
    ses: "SESV2Client", sandbox: FaultySandbox, page: FlaskClient
) -> None:
    header = {"Name": "List-Unsubscribe", "Value": "<https://example.org/stop/" + "k" * 200 + ">"}
    ses.send_bulk_email(**bulk(entry(ReplacementHeaders=[header])))
    address = f"/mail/{newest(sandbox)}.eml"
    answer = page.get(address)
    message = email.message_from_bytes(answer.data, policy=email.policy.default)
    assert message["To"] == "tenant-001@example.org"
    assert message["List-Unsubscribe"] == header["Value"]
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().strip() == "Tell us: https://example.org/r/tenant-001"
    assert page.get(address).data == answer.data


def test_pages_have_a_strict_policy_and_no_referrer(page: FlaskClient) -> None:
    headers = page.get("/").headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert headers["Referrer-Policy"] == "no-referrer"


def test_an_unknown_mail_gets_a_calm_page(page: FlaskClient) -> None:
    answer = page.get("/mail/999999")
    assert answer.status_code == 404
    assert "This mail is not here" in answer.text


def test_only_the_newest_mails_are_kept(
    ses: "SESV2Client", sandbox: FaultySandbox, page: FlaskClient
) -> None:
    sandbox.acceptance.mailbox._capacity = 2
    ses.send_bulk_email(**bulk(*[entry(f"t-{number}@example.org") for number in range(3)]))
    shown = page.get("/").text
    assert "t-0@" not in shown
    assert "t-1@" in shown
    assert "t-2@" in shown


def test_a_reply_goes_where_the_mail_says_and_the_queue_hears_of_its_headers(
    ses: "SESV2Client", sandbox: FaultySandbox, page: FlaskClient
) -> None:
    ses.send_email(**single(ReplyToAddresses=[REPLY_TO]))
    number = newest(sandbox)
    assert REPLY_TO in page.get(f"/mail/{number}/reply").text

    sent = page.post(f"/mail/{number}/reply", data={"text": "I lost my job"})

    assert 303 == sent.status_code
    ((source),) = sandbox.receiving.objects.values()
    assert b"I lost my job" in source
    (told,) = sandbox.receiving.queue.receive()
    mail = json.loads(json.loads(told.body)["Message"])["mail"]
    headers = {each["name"]: each["value"] for each in mail["headers"]}
    assert "I lost my job" not in told.body
    assert (
        headers["In-Reply-To"]
        == mime.message(sandbox.acceptance.mailbox.find(number))["Message-ID"]
    )


def test_a_reply_to_somebody_elses_domain_is_not_received(
    ses: "SESV2Client", sandbox: FaultySandbox, page: FlaskClient
) -> None:
    ses.send_email(**single())

    assert "receives no email for that address" in page.get(f"/mail/{newest(sandbox)}/reply").text
