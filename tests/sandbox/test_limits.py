"""Each of SES's limits, on both sides."""

import contextlib
import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.sandbox.requests import SENDER, TEMPLATE, bulk, entry, single, statuses
from tests.support.faulty_ses.control import SandboxControl
from tests.support.faulty_ses.service import FaultySandbox

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

HEADER = {"Name": "X-Note", "Value": "v"}


def headers(count: int) -> list[dict[str, str]]:
    return [{"Name": f"X-Note-{number}", "Value": "v"} for number in range(count)]


def tag(name: str, value: str) -> dict[str, Any]:
    return entry(ReplacementTags=[{"Name": name, "Value": value}])


def with_header(name: str, value: str) -> dict[str, Any]:
    return entry(ReplacementHeaders=[{"Name": name, "Value": value}])


def templated(**content: str) -> dict[str, Any]:
    return {"Template": {"TemplateContent": {**TEMPLATE, **content}, "TemplateData": "{}"}}


def test_fifty_entries_are_taken_and_fifty_one_are_not(ses: "SESV2Client") -> None:
    assert statuses(ses, bulk(*[entry()] * 50)) == ["SUCCESS"] * 50
    with pytest.raises(ses.exceptions.BadRequestException):
        ses.send_bulk_email(**bulk(*[entry()] * 51))


def test_a_bulk_request_without_entries_is_refused(ses: "SESV2Client") -> None:
    with pytest.raises(ses.exceptions.BadRequestException):
        ses.send_bulk_email(**{**bulk(), "BulkEmailEntries": []})


def test_fifteen_headers_are_taken_and_sixteen_are_not(ses: "SESV2Client") -> None:
    assert statuses(ses, bulk(entry(ReplacementHeaders=headers(15)))) == ["SUCCESS"]
    with pytest.raises(ses.exceptions.BadRequestException):
        ses.send_bulk_email(**bulk(entry(ReplacementHeaders=headers(16))))


def test_default_and_replacement_headers_count_together(ses: "SESV2Client") -> None:
    request = bulk(entry(ReplacementHeaders=[HEADER]))
    request["DefaultContent"]["Template"]["Headers"] = headers(15)
    assert statuses(ses, request) == ["INVALID_PARAMETER"]
    request["DefaultContent"]["Template"]["Headers"] = headers(14)
    assert statuses(ses, request) == ["SUCCESS"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X" * 126, "v"),
        ("X", "v" * 995),
        ("List-Unsubscribe", "<https://example.org/stop/x>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    ],
)
def test_headers_within_the_limits_are_taken(ses: "SESV2Client", name: str, value: str) -> None:
    assert statuses(ses, bulk(with_header(name, value))) == ["SUCCESS"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("X" * 127, "v"), ("X", "v" * 996), ("X:Y", "v"), ("X Y", "v"), ("X", "é"), ("X", "a\nb")],
)
def test_headers_past_the_limits_are_refused(ses: "SESV2Client", name: str, value: str) -> None:
    with pytest.raises(ses.exceptions.BadRequestException):
        ses.send_bulk_email(**bulk(with_header(name, value)))


def test_a_headers_name_and_value_have_996_characters_together(ses: "SESV2Client") -> None:
    assert statuses(ses, bulk(with_header("XY", "v" * 994))) == ["SUCCESS"]
    assert statuses(ses, bulk(with_header("XY", "v" * 995))) == ["INVALID_PARAMETER"]


@pytest.mark.parametrize("name", ["From", "subject", "Reply-To", "Message-ID", "Content-Type"])
def test_headers_that_ses_sets_itself_are_refused(ses: "SESV2Client", name: str) -> None:
    assert statuses(ses, bulk(with_header(name, "v"))) == ["INVALID_PARAMETER"]


def test_tags_of_256_safe_characters_are_taken(ses: "SESV2Client") -> None:
    assert statuses(ses, bulk(tag("attempt", "aZ9_-"), tag("n" * 256, "v" * 256))) == [
        "SUCCESS",
        "SUCCESS",
    ]


@pytest.mark.parametrize(
    ("name", "value"), [("n" * 257, "v"), ("n", "v" * 257), ("n", "a b"), ("n", "a.b"), ("é", "v")]
)
def test_other_tags_are_refused(ses: "SESV2Client", name: str, value: str) -> None:
    assert statuses(ses, bulk(tag(name, value), entry())) == ["INVALID_PARAMETER", "SUCCESS"]


@pytest.mark.parametrize(
    "address",
    ["a@example.org", "a.b+c@xn--bcher-kva.example", "Somebody <a@example.org>", "o'k@example.org"],
)
def test_ascii_addresses_are_taken(ses: "SESV2Client", address: str) -> None:
    assert statuses(ses, bulk(entry(address))) == ["SUCCESS"]


@pytest.mark.parametrize(
    "address",
    [
        "büro@example.org",
        "a@bücher.example",
        "a",
        "a@",
        "@example.org",
        "a b@example.org",
        "a@b",
        "a@example.org\nBcc: b@example.org",
        "l" * 65 + "@example.org",
    ],
)
def test_other_addresses_are_refused(ses: "SESV2Client", address: str) -> None:
    assert statuses(ses, bulk(entry(address))) == ["INVALID_PARAMETER"]


def test_fifty_recipients_of_one_mail_are_taken_and_fifty_one_are_not(ses: "SESV2Client") -> None:
    addresses = [f"tenant-{number}@example.org" for number in range(51)]
    ses.send_email(**single(Destination={"BccAddresses": addresses[:50]}))
    with pytest.raises(ses.exceptions.BadRequestException):
        ses.send_email(**single(Destination={"BccAddresses": addresses}))


def test_a_template_of_a_megabyte_is_taken_and_a_larger_one_is_not(ses: "SESV2Client") -> None:
    frame = len(json.dumps({"Subject": "s", "Html": "", "Text": "t"}).encode())
    fits = "x" * (1024 * 1024 - frame)
    request = bulk(DefaultContent=templated(Subject="s", Html=fits, Text="t"))
    assert statuses(ses, request) == ["SUCCESS"]
    with pytest.raises(ses.exceptions.BadRequestException):
        ses.send_bulk_email(
            **bulk(DefaultContent=templated(Subject="s", Html=fits + "x", Text="t"))
        )


@pytest.mark.parametrize(
    "html", ["{{#if a}}x{{/if}}", "{{{a}}}", "{{a", "{{> part}}", "{{#each b}}{{/each}}"]
)
def test_an_inline_template_takes_only_simple_substitutions(ses: "SESV2Client", html: str) -> None:
    with pytest.raises(ses.exceptions.BadRequestException):
        ses.send_bulk_email(**bulk(DefaultContent=templated(Html=html)))


@pytest.mark.parametrize("data", ["not json", "[1]", '"text"'])
def test_replacement_data_must_be_a_json_object(ses: "SESV2Client", data: str) -> None:
    content = {"ReplacementTemplate": {"ReplacementTemplateData": data}}
    request = bulk(entry(ReplacementEmailContent=content))
    assert statuses(ses, request) == ["INVALID_PARAMETER"]


def test_a_stored_template_is_not_found(ses: "SESV2Client") -> None:
    with pytest.raises(ses.exceptions.NotFoundException):
        ses.send_bulk_email(**bulk(DefaultContent={"Template": {"TemplateName": "monthly"}}))


def test_an_unverified_sender_is_refused(ses: "SESV2Client") -> None:
    for sender in ("check-in@example.net", "a@example.org.evil.example"):
        with pytest.raises(ses.exceptions.MessageRejected):
            ses.send_bulk_email(**bulk(FromEmailAddress=sender))
    ses.send_bulk_email(**bulk(FromEmailAddress="check-in@mail.example.org"))


def test_an_unknown_configuration_set_is_refused(ses: "SESV2Client") -> None:
    with pytest.raises(ses.exceptions.NotFoundException):
        ses.send_bulk_email(**bulk(ConfigurationSetName="other"))
    with pytest.raises(ses.exceptions.NotFoundException):
        ses.send_email(**single(ConfigurationSetName="other"))


def test_without_production_access_only_verified_and_simulator_addresses_are_reached(
    ses: "SESV2Client", control: SandboxControl
) -> None:
    control.account(production_access=False)
    request = bulk(
        entry("a@example.net"), entry("a@example.org"), entry("success@simulator.amazonses.com")
    )
    assert statuses(ses, request) == ["MESSAGE_REJECTED", "SUCCESS", "SUCCESS"]


def test_an_unsigned_request_is_refused(environment: None) -> None:
    config = Config(signature_version=UNSIGNED)
    client = boto3.Session(region_name="eu-west-2").client("sesv2", config=config)
    with contextlib.closing(client), pytest.raises(ClientError, match="MissingAuthentication"):
        client.get_account()


def test_an_operation_that_the_stand_in_lacks_is_unknown(ses: "SESV2Client") -> None:
    with pytest.raises(ClientError) as caught:
        ses.list_contact_lists()
    assert caught.value.response["Error"]["Code"] == "UnknownOperationException"


def test_single_mails_are_taken_simple_raw_and_templated(
    ses: "SESV2Client", sandbox: FaultySandbox
) -> None:
    raw = f"From: {SENDER}\nTo: tenant-002@example.org\nSubject: Raw\n\nHello\n".encode()
    template = {"TemplateContent": TEMPLATE, "TemplateData": '{"reply_link": "x"}'}
    ses.send_email(**single())
    ses.send_email(Content={"Raw": {"Data": raw}})
    ses.send_email(**single(Content={"Template": template}))
    taken = sandbox.acceptance.mailbox.since(0, 3)
    assert [
        ("Hi", ("tenant-001@example.org",)),
        ("Raw", ("tenant-002@example.org",)),
        ("Has anything changed?", ("tenant-001@example.org",)),
    ] == [(mail.subject, mail.recipients) for mail in taken]
