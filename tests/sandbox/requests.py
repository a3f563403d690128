"""Requests as the engine makes them, and what comes back."""

import json
from typing import TYPE_CHECKING, Any

from sandbox.service import Sandbox

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient

Json = dict[str, Any]

SENDER = "Check-in <check-in@example.org>"
TEMPLATE = {
    "Subject": "Has anything changed?",
    "Html": "<html><head></head><body><a href='{{reply_link}}'>Tell us</a></body></html>",
    "Text": "Tell us: {{reply_link}}",
}


def entry(address: str = "tenant-001@example.org", **members: Any) -> Json:
    """One bulk entry whose link names its address's local part."""
    data = json.dumps({"reply_link": f"https://example.org/r/{address.partition('@')[0]}"})
    return {
        "Destination": {"ToAddresses": [address]},
        "ReplacementEmailContent": {"ReplacementTemplate": {"ReplacementTemplateData": data}},
        **members,
    }


def bulk(*entries: Json, **members: Any) -> Json:
    """A SendBulkEmail request."""
    return {
        "FromEmailAddress": SENDER,
        "ConfigurationSetName": "check-in",
        "DefaultContent": {"Template": {"TemplateContent": TEMPLATE, "TemplateData": "{}"}},
        "BulkEmailEntries": list(entries) or [entry()],
        **members,
    }


def single(**members: Any) -> Json:
    """A SendEmail request with simple content."""
    body = {"Text": {"Data": "Hello"}, "Html": {"Data": "<p>Hello</p>"}}
    return {
        "FromEmailAddress": SENDER,
        "ConfigurationSetName": "check-in",
        "Destination": {"ToAddresses": ["tenant-001@example.org"]},
        "Content": {"Simple": {"Subject": {"Data": "Hi"}, "Body": body}},
        **members,
    }


def statuses(ses: "SESV2Client", request: Json) -> list[str]:
    """Send a bulk request; the entries' statuses."""
    results = ses.send_bulk_email(**request)["BulkEmailEntryResults"]
    return [result["Status"] for result in results]


def received(sqs: "SQSClient", sandbox: Sandbox, count: int) -> list[Json]:
    """The next `count` events of the queue, unwrapped, deleted as they come."""
    found: list[Json] = []
    while len(found) < count:
        answer = sqs.receive_message(
            QueueUrl=sandbox.queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=5
        )
        messages = answer["Messages"]
        for message in messages:
            found.append(unwrapped(message["Body"]))
            sqs.delete_message(QueueUrl=sandbox.queue_url, ReceiptHandle=message["ReceiptHandle"])
    return found


def unwrapped(body: str) -> Json:
    """The event in a queue message, raw or wrapped by SNS."""
    message: Json = json.loads(body)
    return json.loads(message["Message"]) if message.get("Type") == "Notification" else message
