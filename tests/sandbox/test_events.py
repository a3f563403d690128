"""The events of accepted mails, as they come out of the queue."""

import json
from typing import TYPE_CHECKING

import pytest

from sandbox.outcomes import EVENTS
from tests.sandbox.requests import bulk, entry, received, single, statuses
from tests.support.faulty_ses.control import SandboxControl
from tests.support.faulty_ses.service import FaultySandbox

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient


@pytest.mark.parametrize("wrapping", ["raw", "sns"])
def test_an_event_carries_the_tags_as_lists(
    ses: "SESV2Client", sqs: "SQSClient", sandbox: FaultySandbox, wrapping: str
) -> None:
    sandbox.control.events(wrapping=wrapping, types=["Send"])
    tags = [{"Name": "delivery", "Value": "12"}, {"Name": "attempt", "Value": "a_-"}]
    request = bulk(
        entry(ReplacementTags=tags), DefaultEmailTags=[{"Name": "campaign", "Value": "7"}]
    )
    (result,) = ses.send_bulk_email(**request)["BulkEmailEntryResults"]
    (event,) = received(sqs, sandbox, 1)
    mail = event["mail"]
    assert event["eventType"] == "Send"
    assert event["send"] == {}
    assert mail["messageId"] == result["MessageId"]
    assert mail["destination"] == ["tenant-001@example.org"]
    ours = {name: mail["tags"][name] for name in ("campaign", "delivery", "attempt")}
    assert ours == {"campaign": ["7"], "delivery": ["12"], "attempt": ["a_-"]}
    assert mail["tags"]["ses:configuration-set"] == ["check-in"]
    assert mail["tags"]["ses:from-domain"] == ["example.org"]
    assert mail["commonHeaders"]["subject"] == "Has anything changed?"


def test_sns_wraps_the_event_as_a_string(
    ses: "SESV2Client", sqs: "SQSClient", sandbox: FaultySandbox
) -> None:
    ses.send_bulk_email(**bulk())
    answer = sqs.receive_message(QueueUrl=sandbox.queue_url, WaitTimeSeconds=5)
    notification = json.loads(answer["Messages"][0]["Body"])
    assert notification["Type"] == "Notification"
    assert json.loads(notification["Message"])["eventType"] == "Send"


def test_without_a_configuration_set_there_are_no_events(
    ses: "SESV2Client", control: SandboxControl
) -> None:
    request = bulk()
    del request["ConfigurationSetName"]
    assert statuses(ses, request) == ["SUCCESS"]
    assert control.counters()["events"]["published"] == {}


@pytest.mark.parametrize("label", ["", "+campaign-7"])
@pytest.mark.parametrize(
    ("mailbox", "kinds"),
    [
        ("success", ["Send", "Delivery"]),
        ("bounce", ["Send", "Bounce"]),
        ("complaint", ["Send", "Delivery", "Complaint"]),
        ("ooto", ["Send", "Delivery"]),
        ("suppressionlist", ["Send", "Bounce"]),
    ],
)
def test_simulator_addresses_do_as_at_aws(
    ses: "SESV2Client",
    sqs: "SQSClient",
    sandbox: FaultySandbox,
    mailbox: str,
    label: str,
    kinds: list[str],
) -> None:
    ses.send_bulk_email(**bulk(entry(f"{mailbox}{label}@simulator.amazonses.com")))
    events = received(sqs, sandbox, len(kinds))
    assert [event["eventType"] for event in events] == kinds


@pytest.mark.parametrize(
    ("outcome", "kind", "detail"),
    [
        ("bounced", "Permanent", "General"),
        ("bounced-for-now", "Transient", "MailboxFull"),
        ("suppressed", "Permanent", "Suppressed"),
        ("suppressed-by-account", "Permanent", "OnAccountSuppressionList"),
    ],
)
def test_bounces_say_of_which_kind_they_are(
    ses: "SESV2Client",
    sqs: "SQSClient",
    sandbox: FaultySandbox,
    outcome: str,
    kind: str,
    detail: str,
) -> None:
    sandbox.control.outcome("tenant-001@example.org", outcome)
    ses.send_bulk_email(**bulk())
    bounce = received(sqs, sandbox, 2)[1]["bounce"]
    assert (bounce["bounceType"], bounce["bounceSubType"]) == (kind, detail)
    assert bounce["bouncedRecipients"][0]["emailAddress"] == "tenant-001@example.org"


@pytest.mark.parametrize("outcome", EVENTS)
def test_every_outcome_has_its_events_and_each_its_own_object(
    ses: "SESV2Client", sqs: "SQSClient", sandbox: FaultySandbox, outcome: str
) -> None:
    objects = {
        "Send": "send",
        "Delivery": "delivery",
        "Bounce": "bounce",
        "Complaint": "complaint",
        "Reject": "reject",
        "Rendering Failure": "failure",
        "DeliveryDelay": "deliveryDelay",
    }
    sandbox.control.outcome("tenant-001@example.org", outcome)
    ses.send_email(**single())
    events = received(sqs, sandbox, len(EVENTS[outcome]))
    assert [event["eventType"] for event in events] == list(EVENTS[outcome])
    assert all(objects[event["eventType"]] in event for event in events)


def test_a_missing_attribute_is_accepted_and_then_fails_to_render(
    ses: "SESV2Client", sqs: "SQSClient", sandbox: FaultySandbox
) -> None:
    content = {"ReplacementTemplate": {"ReplacementTemplateData": "{}"}}
    assert statuses(ses, bulk(entry(ReplacementEmailContent=content))) == ["SUCCESS"]
    (event,) = received(sqs, sandbox, 1)
    assert event["eventType"] == "Rendering Failure"
    assert event["failure"]["errorMessage"] == (
        "Attribute 'reply_link' is not present in the rendering data."
    )


def test_dropped_events_never_come(ses: "SESV2Client", control: SandboxControl) -> None:
    control.events(drop=1)
    ses.send_bulk_email(**bulk(*[entry()] * 10))
    assert control.counters()["events"]["dropped"] == 20
    assert control.counters()["queue"]["visible"] == 0


def test_duplicated_events_come_twice_and_say_the_same(
    ses: "SESV2Client", sqs: "SQSClient", sandbox: FaultySandbox
) -> None:
    sandbox.control.events(duplicate=1, spread=0, types=["Send"])
    ses.send_bulk_email(**bulk())
    first, second = received(sqs, sandbox, 2)
    assert first == second


def test_the_same_seed_drops_the_same_events(ses: "SESV2Client", control: SandboxControl) -> None:
    dropped = []
    for _ in range(2):
        control.events(drop=0.5, seed=7, types=["Send"])
        before = control.counters()["events"]["dropped"]
        ses.send_bulk_email(**bulk(*[entry()] * 50))
        dropped.append(control.counters()["events"]["dropped"] - before)
    assert dropped[0] == dropped[1]
    assert 10 < dropped[0] < 40


def test_delayed_events_wait(ses: "SESV2Client", control: SandboxControl) -> None:
    control.events(delay=600, types=["Send"])
    ses.send_bulk_email(**bulk())
    assert control.counters()["queue"] == {
        "visible": 0,
        "in_flight": 0,
        "delayed": 1,
        "expired": 0,
    }
