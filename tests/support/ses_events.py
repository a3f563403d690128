"""SES events as they lie in the queue."""

import json
from typing import Any

from campaigns.models import Delivery

WHEN = "2026-12-01T10:00:03.000Z"

PARTS: dict[str, dict[str, Any]] = {
    "Send": {"send": {}},
    "Delivery": {"delivery": {"timestamp": WHEN, "recipients": ["x@example.org"]}},
    "Bounce": {
        "bounce": {"timestamp": WHEN, "bounceType": "Permanent", "bounceSubType": "General"}
    },
    "Complaint": {"complaint": {"timestamp": WHEN, "complaintFeedbackType": "abuse"}},
    "Reject": {"reject": {"reason": "Bad content"}},
    "Rendering Failure": {"failure": {"errorMessage": "x", "templateName": "y"}},
    "DeliveryDelay": {"deliveryDelay": {"timestamp": WHEN, "delayType": "MailboxFull"}},
    "Subscription": {"subscription": {"timestamp": WHEN}},
}


def event(row: Delivery, kind: str = "Send", /, **changes: Any) -> str:
    """The raw body of an event about a row's present attempt."""
    tags = {
        "campaign": [str(changes.get("campaign_id", row.campaign_id))],
        "delivery": [str(changes.get("delivery_id", row.id))],
        "attempt": [changes.get("attempt_id", row.attempt_id)],
        "ses:configuration-set": ["check-in"],
    }
    mail = {
        "messageId": f"ses-{row.id}",
        "timestamp": WHEN,
        "destination": [changes.get("address", row.address)],
        "tags": tags,
    }
    return json.dumps({"eventType": kind, "mail": mail} | PARTS[kind] | changes.get("part", {}))


def wrapped(body: str) -> str:
    """The same body as SNS hands it to SQS without raw delivery."""
    return json.dumps({"Type": "Notification", "MessageId": "1", "Message": body})
